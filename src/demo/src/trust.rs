//! The practice trust: the three schools of the example policy, three people with codes, and one relying party.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use assistant::cli::RunError;
use domain::{Label, MethodKind, MethodRule, Person, SchoolId, Timestamp, Wanted};
use engine::{Calling, CodeError, NewPerson, Pace, Service, system_clock};
use platform::ServiceUrl;
use protocol::IdentityKey;
use service::{
    config::{EXAMPLE_POLICY, Settings, policy_from_text},
    server::{self, Running, StartError},
};
use telephony::{Line, PracticeLine, PracticePhone};
use vault::Keys;
use zeroize::Zeroizing;

use crate::{options::Options, practice_phone, relying_party};

/// The port that the README names.
const USUAL_PORT: u16 = 8620;

/// The actor in the audit.
const BY: &str = "enrol-demo";

/// The people: name, sign-in name, school.
const PEOPLE: [(&str, &str, &str); 3] = [
    ("Siân Price", "sprice", "elm"),
    ("Marek Nowak", "mnowak", "willow"),
    ("Amina Yusuf", "ayusuf", "rowan"),
];

/// The running service, and the codes and keys that it gave out.
pub(crate) struct Trust {
    home: PathBuf,
    running: Running,
    invited: Vec<Invited>,
    relying_party_key: Zeroizing<String>,
    phone: PracticePhone,
}

/// A person with an enrolment code.
pub(crate) struct Invited {
    pub(crate) name: &'static str,
    pub(crate) sign_in_name: &'static str,
    school: String,
    pub(crate) code: Zeroizing<String>,
}

impl Trust {
    /// Starts the service with the files of a folder, and gives out codes and a relying party's key.
    pub(crate) async fn start(home: &Path, options: &Options) -> anyhow::Result<Self> {
        let Options { port, tour, .. } = options;
        let mut settings = Settings {
            listen: SocketAddr::from((
                Ipv4Addr::LOCALHOST,
                port.unwrap_or(if *tour { 0 } else { USUAL_PORT }),
            )),
            data: home.join("service"),
            // The keys are beside the data, so that a copy of the data does not hold them.
            keys: home.join("keys").join("keys.toml"),
            ..Settings::default()
        };
        private_folder(home)
            .and_then(|()| private_folder(&home.join("keys")))
            .with_context(|| format!("the data folder {} cannot be made", home.display()))?;
        let phone = practice_phone::phone(options);
        let running = match start(&settings, &phone).await {
            Err(StartError::Listen { source, .. })
                if port.is_none() && source.kind() == ErrorKind::AddrInUse =>
            {
                settings.listen.set_port(0);
                start(&settings, &phone).await
            }
            other => other,
        }?;
        let invited = invite(running.service()).await?;
        let relying_party = format!("{BY} {}", system_clock()().millis());
        let client = running.service().add_client(&relying_party, &[], BY).await?;
        Ok(Self { home: home.to_owned(), running, invited, relying_party_key: client.key, phone })
    }

    /// Stops the service. Everything that it accepted is on the disk.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.running.stop().await.context("the service did not stop as it should")
    }

    /// The folder for the assistant's files.
    pub(crate) fn assistant_folder(&self) -> PathBuf {
        self.home.join("assistant")
    }

    /// Where the service listens.
    pub(crate) fn address(&self) -> Result<ServiceUrl, RunError> {
        self.running.url().parse().map_err(|error| RunError::NowhereToShow(format!("{error}.")))
    }

    /// What the assistant pins.
    pub(crate) fn identity_key(&self) -> IdentityKey {
        self.running.identity_key
    }

    /// The key with which remote desktop authenticates itself.
    pub(crate) fn relying_party_key(&self) -> &str {
        &self.relying_party_key
    }

    /// The phone that rings when the service calls.
    pub(crate) fn phone(&self) -> &PracticePhone {
        &self.phone
    }

    /// The people with codes.
    pub(crate) fn invited(&self) -> &[Invited] {
        &self.invited
    }

    /// The text that is printed at the start.
    pub(crate) fn described(&self) -> Zeroizing<String> {
        let Self { home, running, invited, relying_party_key, phone: _ } = self;
        let mut text = format!(
            "A practice trust: {trust}\n\n  Service             {url}\n  Its key             {key}\n  Data folder         {home}\n  Relying party's key {rp}\n\n  Enrolment codes\n",
            trust = running.service().policy().trust.name,
            url = running.url(),
            key = running.identity_key,
            home = home.display(),
            rp = **relying_party_key,
        );
        for Invited { name, sign_in_name, school, code } in invited {
            text.push_str(&format!("    {}  {name} ({sign_in_name}), {school}\n", **code));
        }
        Zeroizing::new(text)
    }

    /// The text that says how to start the assistant elsewhere.
    pub(crate) fn how_to_go_on(&self) -> String {
        let flags = format!("--server {} --server-key {}", self.running.url(), self.running.identity_key);
        let enrol = enrol_command();
        format!(
            "To go on, with one of the codes above:\n  in a terminal:  {enrol} {flags} --console\n  on a desktop:   {enrol} {flags}\n"
        )
    }

    /// The command that checks a sign-in.
    pub(crate) fn check_command(&self) -> CheckCommand {
        CheckCommand { url: self.running.url(), key: self.relying_party_key.clone() }
    }
}

/// A shell command that asks the service as remote desktop does.
pub(crate) struct CheckCommand {
    url: String,
    key: Zeroizing<String>,
}

impl CheckCommand {
    /// The commands for one person. They read the code first, so all of them can be pasted at once into a POSIX shell.
    pub(crate) fn for_person(&self, person: &Person) -> String {
        let body =
            serde_json::json!({ "sign_in_name": person.sign_in_name.as_str(), "code": "CODE" }).to_string();
        let body = quoted(&body).replace("CODE", r#"'"$code"'"#);
        let question = relying_party::approval_request(person.sign_in_name.as_str());
        let question = quoted(&serde_json::json!(question).to_string());
        format!(
            "{name} is enrolled. To check a sign-in with the next code of the app, paste this line:\n\n  printf 'Code: '; read -r code; {verify} -d '{body}'; echo\n\nThe same code a second time is refused. To have the practice phone ask about a sign-in, paste this one:\n\n  {approve} -d '{question}'; echo\n\nThe same line again waits for the same call; a new sign-in has a key of its own.\n",
            name = person.name,
            verify = self.asks(protocol::paths::VERIFY),
            approve = self.asks(protocol::paths::APPROVALS),
        )
    }

    fn asks(&self, path: &str) -> String {
        format!(
            "curl -sS {url}{path} -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json'",
            url = self.url,
            key = *self.key,
        )
    }
}

/// A text as it stands between single quotes of a POSIX shell, where a single quote is written '\''.
fn quoted(text: &str) -> String {
    text.replace('\'', r"'\''")
}

async fn start(settings: &Settings, phone: &PracticePhone) -> Result<Running, StartError> {
    let keys = Keys::load_or_create(&settings.keys, Some(&settings.data), system_clock()())?;
    let mut policy = policy_from_text(Path::new("policy.example.toml"), EXAMPLE_POLICY)?;
    // Everybody practises at this computer, so its address belongs to a school.
    if let (Some(school), Ok(here)) = (policy.schools.first_mut(), "127.0.0.1/32".parse()) {
        school.networks.push(here);
    }
    if !policy.methods.iter().any(|rule| rule.kind == MethodKind::PhoneCall) {
        policy.methods.push(MethodRule {
            kind: MethodKind::PhoneCall,
            wanted: Wanted::Required,
            retires: None,
        });
    }
    // No phone rings, so calls at night wake nobody. People practise again and again, so limits are high.
    (policy.calls.quiet_from_hour, policy.calls.quiet_until_hour) = (24, 0);
    (policy.calls.tests_number_hour, policy.calls.tests_number_day) = (20, 50);
    let line = Arc::new(Line::Practice(PracticeLine::new(phone.clone())));
    server::start_calling(
        settings,
        keys,
        policy,
        Calling::Line(line, Pace { max_calls: 10, calls_per_second: 1 }),
    )
    .await
}

/// Gives each person a code. It revokes the codes of an earlier start.
async fn invite(service: &Service) -> anyhow::Result<Vec<Invited>> {
    let mut invited = Vec::with_capacity(PEOPLE.len());
    for (name, sign_in_name, school) in PEOPLE {
        let school = SchoolId(school.to_owned());
        let school_name =
            service.policy().school(&school).map_or_else(String::new, |school| school.name.to_string());
        let (name_label, sign_in_label) = (Label::new(name)?, Label::new(sign_in_name)?);
        let person = NewPerson { name: name_label, sign_in_name: sign_in_label, school, rename: true };
        let issued = match service.issue_code(person.clone(), BY, None, None).await {
            // Somebody practised here before.
            Err(CodeError::Enrolled) => {
                service.issue_code(person, BY, None, engine::Reason::new("practised again").ok()).await
            }
            other => other,
        }?;
        invited.push(Invited { name, sign_in_name, school: school_name, code: issued.code.printed() });
    }
    Ok(invited)
}

/// The command that starts the assistant. Under cargo only this program is built.
fn enrol_command() -> String {
    if std::env::var_os("CARGO").is_some() {
        return "cargo run --package assistant --bin enrol --".to_owned();
    }
    let beside = std::env::current_exe()
        .ok()
        .map(|path| path.with_file_name(format!("enrol{}", std::env::consts::EXE_SUFFIX)));
    beside.filter(|path| path.exists()).map_or_else(|| "enrol".to_owned(), |path| path.display().to_string())
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The present time.
pub(crate) fn now() -> Timestamp {
    system_clock()()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_can_be_pasted_whatever_the_name() {
        let command =
            CheckCommand { url: "http://127.0.0.1:1".to_owned(), key: Zeroizing::new("rp_x".to_owned()) };
        let person = Person {
            id: domain::PersonId::at(Timestamp::from_secs(1), [1; 10]),
            name: Label::new("Zoë O'Neill").expect("a name"),
            sign_in_name: Label::new("z.o'neill").expect("a name"),
            school: SchoolId("elm".to_owned()),
        };
        let text = command.for_person(&person);
        assert!(text.contains(r#"-d '{"code":"'"$code"'","sign_in_name":"z.o'\''neill"}'"#), "{text}");
    }
}
