//! The methods by which a person proves who they are, and the authenticator app.

use serde::{Deserialize, Serialize};

use crate::{Date, Label};

/// A method: a second factor that a person sets up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MethodKind {
    /// Six digits from an authenticator app (RFC 6238).
    AuthenticatorApp,
    /// A call to a telephone number.
    PhoneCall,
}

impl MethodKind {
    /// The name in settings, in the store and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthenticatorApp => "authenticator-app",
            Self::PhoneCall => "phone-call",
        }
    }
}

/// Whether a method is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// An enrolment is not complete without it.
    Required,
    /// A person may skip it.
    Optional,
}

/// The rule for one method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodRule {
    /// The method.
    pub kind: MethodKind,
    /// Whether it is needed.
    pub wanted: Wanted,
    /// From this day on it is neither offered nor required.
    #[serde(default)]
    pub retires: Option<Date>,
}

/// The methods that are offered on a day, in their order.
pub(super) fn on(methods: &[MethodRule], today: Date) -> impl Iterator<Item = &MethodRule> {
    methods.iter().filter(move |rule| rule.retires.is_none_or(|day| today < day))
}

/// Whether the proved methods include every method that is required on a day. `false` when none is required: an empty
/// list must not count as met.
pub(super) fn are_met_by(methods: &[MethodRule], proved: &[MethodKind], today: Date) -> bool {
    let mut required = on(methods, today).filter(|rule| rule.wanted == Wanted::Required).peekable();
    required.peek().is_some() && required.all(|rule| proved.contains(&rule.kind))
}

/// The authenticator app that the pages name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticatorApp {
    /// The exact name in the app stores.
    pub name: Label,
    /// The exact publisher in the app stores.
    pub publisher: Label,
    /// The choice to make when the app asks for an account type, in the app's own words.
    pub account_type: Label,
    /// The label of the app's scan button.
    pub scan_label: Label,
    /// The label under which the app takes a code that is typed. [`AuthenticatorApp::manual_label`] has the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manual_label: Option<Label>,
    /// Links to the app stores.
    pub stores: Stores,
    /// What the stores' buttons say.
    #[serde(default)]
    pub store_buttons: StoreButtons,
}

/// What Microsoft Authenticator says below its camera.
const MANUAL_IN_MICROSOFT_AUTHENTICATOR: &str = "Or enter code manually";

impl AuthenticatorApp {
    /// The label under which the app takes a code that is typed, where it is known: the policy's, else that of an app
    /// that everybody has in the same words.
    pub fn manual_label(&self) -> Option<&str> {
        let known =
            (self.name.as_str() == "Microsoft Authenticator").then_some(MANUAL_IN_MICROSOFT_AUTHENTICATOR);
        self.manual_label.as_ref().map(Label::as_str).or(known)
    }
}

/// Direct links to the app, each of at most 300 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stores {
    /// The link to the Apple App Store. It begins with `https://`.
    pub iphone: String,
    /// The link to Google Play. It begins with `https://`.
    pub android: String,
}

/// The labels of the buttons that install the app, as the stores show them to the trust's staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoreButtons {
    /// In the Apple App Store.
    pub iphone: Label,
    /// On Google Play.
    pub android: Label,
}

impl Default for StoreButtons {
    fn default() -> Self {
        Self { iphone: Label::fixed("Get"), android: Label::fixed("Install") }
    }
}

/// What the trust offers to a person without a smartphone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoSmartphone {
    /// The offer, for example "a key fob".
    pub offer: Label,
}
