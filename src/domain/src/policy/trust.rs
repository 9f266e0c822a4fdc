//! The trust, its schools, and whom people ask.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{Label, SchoolId};

/// The trust, and who runs the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    /// The trust's name. It stands in the brand bar, and it is the issuer in the phone's app.
    pub name: Label,
    /// Who runs the service and holds its keys. The privacy notice names them.
    pub operator: Label,
    /// The brand bar's colour, `#rrggbb`. White text on it needs a contrast of at least 4.5 (WCAG 2.2, criterion 1.4.3).
    #[serde(default)]
    pub brand_colour: Option<String>,
}

/// Whom people ask for help. The pages show these texts as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// The team, for example "IT at your school".
    pub team: Label,
    /// The team's telephone number. Without it there is an email address.
    #[serde(default)]
    pub phone: Option<Label>,
    /// The team's email address. Without it there is a telephone number.
    #[serde(default)]
    pub email: Option<Label>,
    /// When the team answers, for example "8am to 4pm, Monday to Friday".
    #[serde(default)]
    pub hours: Option<String>,
}

/// One school of the trust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct School {
    /// The short name in commands and reports: 1 to 32 of `a` to `z`, `0` to `9` and `-`.
    pub id: SchoolId,
    /// The name that people read.
    pub name: Label,
    /// The networks from which the school's computers reach the service. Nobody there is asked for a second factor.
    #[serde(default, deserialize_with = "crate::deserialize_networks")]
    pub networks: Vec<IpNet>,
    /// Whether networks wider than /16 (IPv4) or /32 (IPv6) are meant. Without it they are refused as a slip.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wide_networks: bool,
}
