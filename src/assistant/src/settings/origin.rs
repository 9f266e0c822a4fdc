//! Where a setting can come from, and what can be wrong with it there.

/// A place that IT writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// What a configuration profile says, on a Mac.
    ManagedPreferences,
    /// The computer's file of policies, on other systems than Windows.
    PolicyFile,
    /// Group Policy and the like, for the computer.
    MachinePolicy,
    /// The same for the user.
    UserPolicy,
    /// What the installer was told.
    Installed,
}

impl Place {
    /// All of them, first the one that counts most.
    pub const ALL: [Self; 5] =
        [Self::ManagedPreferences, Self::PolicyFile, Self::MachinePolicy, Self::UserPolicy, Self::Installed];

    /// Those that count more than what the program is started with.
    pub const POLICIES: [Self; 4] =
        [Self::ManagedPreferences, Self::PolicyFile, Self::MachinePolicy, Self::UserPolicy];

    /// The file's path, or the key's name as registry editors show it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ManagedPreferences => "/Library/Managed Preferences/org.enrol.enrol.plist",
            Self::PolicyFile => "/etc/enrol/policies.json",
            Self::MachinePolicy => r"HKLM\Software\Policies\Enrol\Enrol",
            Self::UserPolicy => r"HKCU\Software\Policies\Enrol\Enrol",
            Self::Installed => r"HKLM\Software\Enrol\Enrol",
        }
    }
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// One of IT's places.
    Place(Place),
    /// A flag.
    Flag,
    /// A variable, `ENROL_…`.
    Variable,
    /// It was set nowhere.
    BuiltIn,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Place(place) => place.name(),
            Self::Flag => "flag",
            Self::Variable => "variable",
            Self::BuiltIn => "built in",
        })
    }
}

/// Reads IT's places.
pub trait Places {
    /// The value of a name, where there is one; or why it cannot be read.
    ///
    /// # Errors
    ///
    /// When there is something that is no text, or the system says no.
    fn value(&self, place: Place, name: &str) -> Result<Option<String>, String>;

    /// The names that have a value there.
    fn names(&self, place: Place) -> Vec<String>;

    /// The line on which a name stands, where the place has lines.
    fn line(&self, _: Place, _: &str) -> Option<usize> {
        None
    }
}

/// Why there are no settings to run by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// A value is wrong.
    #[error("{name} in {place}{line}: {reason}", place = place.name(), line = at_line(*line))]
    Wrong {
        /// Of which setting.
        name: &'static str,
        /// Where it stands.
        place: Place,
        /// On which line, where the place has lines.
        line: Option<usize>,
        /// What is wrong, and what is expected.
        reason: String,
    },
    /// A name that is nearly that of a setting.
    #[error(
        "{name} in {place}{line}: there is no such setting; did you mean {meant}?",
        place = place.name(),
        line = at_line(*line)
    )]
    Misspelt {
        /// As it is written.
        name: String,
        /// Where it stands.
        place: Place,
        /// On which line, where the place has lines.
        line: Option<usize>,
        /// The setting that was probably meant.
        meant: &'static str,
    },
    /// A variable whose name is nearly that of a flag's.
    #[error("the variable {name}: there is no such setting; did you mean {meant}?")]
    MisspeltVariable {
        /// As it is written.
        name: String,
        /// The variable that was probably meant.
        meant: String,
    },
    /// No service.
    #[error("{}", NO_SERVER)]
    NoServer,
}

fn at_line(line: Option<usize>) -> String {
    line.map(|line| format!(", line {line}")).unwrap_or_default()
}

const NO_SERVER: &str = if cfg!(windows) {
    r"no service is named. Set ServerUrl in HKLM\Software\Policies\Enrol\Enrol, install with SERVERURL=https://..., or start with --server URL"
} else {
    "no service is named. Set ServerUrl in /etc/enrol/policies.json, start with --server URL, or set ENROL_SERVER"
};
