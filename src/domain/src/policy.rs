//! The trust's policy. IT writes it in one TOML file. The service obeys the whole of it and serves assistants its
//! `Profile`.
//!
//! This file holds the whole policy and the questions about it. Each group of settings has its own file; `check` holds
//! what the types alone cannot ensure.

mod check;
mod code;
mod defaults;
mod error;
mod limits;
mod method;
mod networks;
mod phone;
mod profile;
mod trust;

pub use code::{CodeRule, CodeWhere, SignInWay};
pub use error::PolicyError;
pub use limits::{Answering, Lifetimes, Limits, Retention};
pub use method::{AuthenticatorApp, MethodKind, MethodRule, NoSmartphone, StoreButtons, Stores, Wanted};
pub use networks::NestedNetworks;
pub use phone::{CallRule, NumberClass, NumberRule, PromptLanguage, Region};
pub use profile::{
    Profile, ProfileCalls, ProfileCodes, ProfileLifetimes, ProfileNumbers, ProfileSchool, SchoolsUnasked,
};
pub use trust::{Help, School, Trust};

use serde::{Deserialize, Serialize};

use crate::{Date, SchoolId};

/// Everything that differs between trusts, for the service alone. Assistants get its [`Profile`].
///
/// Reading passes over unknown settings, since a store may hold a newer service's policy. The service refuses unknown
/// settings in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The trust.
    pub trust: Trust,
    /// The day from which remote desktop asks for the second factor.
    pub go_live: Date,
    /// Whom people ask for help.
    pub help: Help,
    /// The ways to sign in for an enrolment, in the order in which the pages offer them.
    pub sign_in: Vec<SignInWay>,
    /// The methods, in the order in which a person sets them up.
    pub methods: Vec<MethodRule>,
    /// The authenticator app that the pages name.
    pub app: AuthenticatorApp,
    /// What the trust offers to a person without a smartphone.
    pub no_smartphone: NoSmartphone,
    /// The trust's schools and their networks.
    pub schools: Vec<School>,
    /// Rules for enrolment codes.
    #[serde(default)]
    pub codes: CodeRule,
    /// Which telephone numbers are accepted.
    #[serde(default)]
    pub numbers: NumberRule,
    /// How and how often people are called.
    #[serde(default)]
    pub calls: CallRule,
    /// Limits on guessing.
    #[serde(default)]
    pub limits: Limits,
    /// How long sessions and grants last.
    #[serde(default)]
    pub lifetimes: Lifetimes,
    /// After how many days the service deletes data by itself.
    #[serde(default)]
    pub retention: Retention,
    /// How the service takes requests.
    #[serde(default)]
    pub answering: Answering,
}

impl Policy {
    /// The methods that are offered on a day, in the policy's order.
    pub fn methods_on(&self, today: Date) -> impl Iterator<Item = &MethodRule> {
        method::on(&self.methods, today)
    }

    /// Whether a method is offered on a day.
    pub fn offers(&self, kind: MethodKind, today: Date) -> bool {
        self.methods_on(today).any(|rule| rule.kind == kind)
    }

    /// Whether the proved methods include every method that is required on a day. `false` when none is required.
    pub fn is_met_by(&self, proved: &[MethodKind], today: Date) -> bool {
        method::are_met_by(&self.methods, proved, today)
    }

    /// The first school whose networks hold an address. An IPv4 address that is mapped into IPv6 (RFC 4291, section
    /// 2.5.5.2) counts as the IPv4 address.
    pub fn school_at(&self, address: std::net::IpAddr) -> Option<&School> {
        let address = address.to_canonical();
        self.schools.iter().find(|school| school.networks.iter().any(|network| network.contains(&address)))
    }

    /// The school with an id.
    pub fn school(&self, id: &SchoolId) -> Option<&School> {
        self.schools.iter().find(|school| school.id == *id)
    }
}

#[cfg(test)]
mod tests;
