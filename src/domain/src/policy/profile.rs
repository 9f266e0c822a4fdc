//! The part of the policy that assistants are served. Everything else stays in the service.
//!
//! Anybody may ask for the profile, so it holds what a page or the judgement of a typed number needs, and no more. The
//! names are those of the policy, so assistants of 0.1.0, which read a whole policy, read a profile as well. They take a
//! default for each setting that is left out.

use serde::{Deserialize, Deserializer, Serialize};

use super::defaults::settings_with_defaults;
use super::{
    AuthenticatorApp, CallRule, CodeRule, CodeWhere, Help, Lifetimes, MethodKind, MethodRule, NoSmartphone,
    NumberClass, NumberRule, Policy, Region, Retention, School, SignInWay, Trust, method,
};
use crate::{Date, Label, SchoolId};

/// What assistants know of the trust. Reading passes over unknown settings, so an older assistant reads a newer
/// service's profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
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
    /// The trust's schools, without their networks: only whether there are some.
    pub schools: Vec<ProfileSchool>,
    /// Where enrolment codes may be used.
    #[serde(default)]
    pub codes: ProfileCodes,
    /// How a typed telephone number is judged.
    #[serde(default)]
    pub numbers: ProfileNumbers,
    /// What the pages say about calls.
    #[serde(default)]
    pub calls: ProfileCalls,
    /// The times that the assistant keeps or shows.
    #[serde(default)]
    pub lifetimes: ProfileLifetimes,
    /// After how many days the service deletes data by itself. Page 2 tells people.
    #[serde(default)]
    pub retention: Retention,
}

/// A school by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileSchool {
    /// The short name in commands and reports.
    pub id: SchoolId,
    /// The name that people read.
    pub name: Label,
    /// Whether the policy lists networks of the school. Only on these is nobody asked for a second factor.
    #[serde(default, alias = "networks", deserialize_with = "recognised")]
    pub recognised: bool,
}

/// Services of 0.1.0 list the networks themselves.
fn recognised<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Recognised(bool),
        Networks(Vec<String>),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Recognised(recognised) => recognised,
        Either::Networks(networks) => !networks.is_empty(),
    })
}

/// In which schools nobody is asked for a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchoolsUnasked {
    /// In every school.
    All,
    /// In some.
    Some,
    /// In none: the policy lists no network.
    None,
}

settings_with_defaults! {
    /// What a person is told about enrolment codes.
    ProfileCodes {
        /// Where a code may be used.
        r#where: CodeWhere = CodeRule::default().r#where,
    }
}

settings_with_defaults! {
    /// The rules by which an assistant judges a typed number. The service refuses some numbers beyond these.
    ProfileNumbers {
        /// The regions that the page offers; the first is preselected. Numbers of other countries are refused.
        regions: Vec<Region> = NumberRule::default().regions,
        /// Classes that are accepted beyond 01, 02, 03 and 07 of the United Kingdom.
        also: Vec<NumberClass> = NumberRule::default().also,
        /// Whether a landline number may have an extension.
        extensions: bool = NumberRule::default().extensions,
    }
}

settings_with_defaults! {
    /// What a person is told about calls.
    ProfileCalls {
        /// The caller's number that the phone shows.
        caller_id: Option<String> = CallRule::default().caller_id,
        /// The telephone company that places the calls.
        company: Option<Label> = CallRule::default().company,
        /// Days without any call to a number whose holder pressed 9 twice.
        stopped_days: u32 = CallRule::default().stopped_days,
    }
}

settings_with_defaults! {
    /// The times that the assistant keeps or shows.
    ProfileLifetimes {
        /// Days within which an enrolment may be submitted.
        grant_days: u32 = Lifetimes::default().grant_days,
        /// Days for which the computer remembers the page that a person reached.
        resume_days: u32 = Lifetimes::default().resume_days,
    }
}

impl Policy {
    /// What assistants are served of this policy.
    pub fn profile(&self) -> Profile {
        Profile {
            trust: self.trust.clone(),
            go_live: self.go_live,
            help: self.help.clone(),
            sign_in: self.sign_in.clone(),
            methods: self.methods.clone(),
            app: self.app.clone(),
            no_smartphone: self.no_smartphone.clone(),
            schools: self.schools.iter().map(School::profile).collect(),
            codes: ProfileCodes { r#where: self.codes.r#where },
            numbers: self.numbers.profile(),
            calls: ProfileCalls {
                caller_id: self.calls.caller_id.clone(),
                company: self.calls.company.clone(),
                stopped_days: self.calls.stopped_days,
            },
            lifetimes: ProfileLifetimes {
                grant_days: self.lifetimes.grant_days,
                resume_days: self.lifetimes.resume_days,
            },
            retention: self.retention.clone(),
        }
    }
}

impl School {
    fn profile(&self) -> ProfileSchool {
        ProfileSchool { id: self.id.clone(), name: self.name.clone(), recognised: !self.networks.is_empty() }
    }
}

impl NumberRule {
    /// The rules that an assistant knows.
    pub fn profile(&self) -> ProfileNumbers {
        ProfileNumbers { regions: self.regions.clone(), also: self.also.clone(), extensions: self.extensions }
    }
}

impl Profile {
    /// The methods that are offered on a day, in the policy's order.
    pub fn methods_on(&self, today: Date) -> impl Iterator<Item = &MethodRule> {
        method::on(&self.methods, today)
    }

    /// Whether the proved methods include every method that is required on a day. `false` when none is required.
    pub fn is_met_by(&self, proved: &[MethodKind], today: Date) -> bool {
        method::are_met_by(&self.methods, proved, today)
    }

    /// In which schools nobody is asked for a second factor.
    pub fn schools_unasked(&self) -> SchoolsUnasked {
        if self.schools.iter().all(|school| school.recognised) {
            SchoolsUnasked::All
        } else if self.schools.iter().any(|school| school.recognised) {
            SchoolsUnasked::Some
        } else {
            SchoolsUnasked::None
        }
    }

    /// The school with an id.
    pub fn school(&self, id: &SchoolId) -> Option<&ProfileSchool> {
        self.schools.iter().find(|school| school.id == *id)
    }
}

#[cfg(test)]
mod tests;
