//! The practice trust: the three schools of the example policy, three people with codes, and one relying party.

use std::{
    fs::{File, TryLockError},
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use assistant::cli::RunError;
use domain::{Label, MethodKind, MethodRule, Person, SchoolId, Timestamp, Wanted};
use engine::{Calling, CodeError, CodeProgress, NewPerson, Pace, Service, system_clock};
use platform::ServiceUrl;
use protocol::IdentityKey;
use service::{
    config::{EXAMPLE_POLICY, Settings, policy_from_text},
    server::{self, Running, StartError},
};
use telephony::{Line, PracticeLine, PracticePhone};
use uuid::Uuid;
use vault::Keys;
use zeroize::Zeroizing;

use crate::{codes_file::CodesFile, options::Options, practice_phone, relying_party};

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
    /// The system frees it at the end, also when the program is killed.
    _lock: File,
}

/// A person with an enrolment code.
pub(crate) struct Invited {
    pub(crate) name: &'static str,
    pub(crate) sign_in_name: &'static str,
    school: String,
    /// The code's id.
    id: Uuid,
    pub(crate) code: Zeroizing<String>,
    /// It was given out by an earlier start, and still counts.
    is_kept: bool,
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
        let lock = lock(home)?;
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
        let invited = invite(running.service(), home).await?;
        let relying_party = format!("{BY} {}", system_clock()().millis());
        let client = running.service().add_client(&relying_party, &[], BY).await?;
        let home = home.to_owned();
        Ok(Self { home, running, invited, relying_party_key: client.key, phone, _lock: lock })
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
        let Self { home, running, invited, relying_party_key, phone: _, _lock } = self;
        let mut text = format!(
            "A practice trust: {trust}\n\n  Service             {url}\n  Its key             {key}\n  Data folder         {home}\n  Relying party's key {rp}\n\n  Enrolment codes\n",
            trust = running.service().policy().trust.name,
            url = running.url(),
            key = running.identity_key,
            home = home.display(),
            rp = **relying_party_key,
        );
        for Invited { name, sign_in_name, school, id: _, code, is_kept } in invited {
            let since = if *is_kept { ", as before" } else { "" };
            text.push_str(&format!("    {}  {name} ({sign_in_name}), {school}{since}\n", **code));
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

/// Holds the folder for one practice trust at a time: two would end each other's codes.
fn lock(home: &Path) -> anyhow::Result<File> {
    let file = platform::files::private_file().create(true).truncate(false).open(home.join("lock"));
    let file = file.with_context(|| format!("the data folder {} cannot be used", home.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "a practice trust is running already with the data folder {}. Use the codes that it printed, or give this one another folder with --data DIR",
            home.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("the data folder {} cannot be locked", home.display()))
        }
    }
}

/// Gives each person a code: the one of an earlier start where that still counts.
async fn invite(service: &Service, home: &Path) -> anyhow::Result<Vec<Invited>> {
    let mut file = CodesFile::read(home);
    let counting: Vec<Uuid> = service
        .codes(None)
        .await?
        .into_iter()
        .filter(|code| matches!(code.progress, CodeProgress::Unused | CodeProgress::Begun))
        .map(|code| code.id)
        .collect();
    let mut invited = Vec::with_capacity(PEOPLE.len());
    for (name, sign_in_name, school) in PEOPLE {
        let school = SchoolId(school.to_owned());
        let school_name =
            service.policy().school(&school).map_or_else(String::new, |school| school.name.to_string());
        let kept = file.code_of(sign_in_name).filter(|(id, _)| counting.contains(id));
        if let Some((id, code)) = kept {
            invited.push(Invited { name, sign_in_name, school: school_name, id, code, is_kept: true });
            continue;
        }
        let (name_label, sign_in_label) = (Label::new(name)?, Label::new(sign_in_name)?);
        let person = NewPerson { name: name_label, sign_in_name: sign_in_label, school, rename: true };
        let issued = match service.issue_code(person.clone(), BY, None, None).await {
            // Somebody practised here before.
            Err(CodeError::Enrolled) => {
                service.issue_code(person, BY, None, engine::Reason::new("practised again").ok()).await
            }
            other => other,
        }?;
        let (id, code) = (issued.id, issued.code.printed());
        invited.push(Invited { name, sign_in_name, school: school_name, id, code, is_kept: false });
    }
    // Without the file the next start gives out new codes, as it does where a code has ended.
    let codes = invited.iter().map(|person| (person.sign_in_name, person.id, person.code.as_str()));
    file.write(codes).with_context(|| format!("the codes cannot be kept in {}", home.display()))?;
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

    async fn started(home: &Path) -> anyhow::Result<Trust> {
        let words = ["enrol-demo", "--tour", "--port", "0"];
        Trust::start(home, &<Options as clap::Parser>::try_parse_from(words).expect("flags")).await
    }

    fn codes(trust: &Trust) -> Vec<String> {
        trust.invited().iter().map(|person| person.code.to_string()).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_second_trust_on_the_folder_says_so_and_ends_no_code_and_a_restart_keeps_them() {
        let home = tempfile::tempdir().expect("a folder");
        let first = started(home.path()).await.expect("starts");
        let given = codes(&first);
        let counting = async |trust: &Trust| trust.running.service().codes(None).await.expect("lists").len();
        let refused = started(home.path()).await.err().expect("refused").to_string();
        assert!(refused.contains("running already") && refused.contains("--data DIR"), "{refused}");
        assert_eq!(counting(&first).await, PEOPLE.len());
        first.stop().await.expect("stops");

        let again = started(home.path()).await.expect("starts");
        assert_eq!(codes(&again), given);
        assert_eq!(again.described().matches(", as before\n").count(), PEOPLE.len());
        // A code that was revoked meanwhile is none to print.
        let actor = engine::Actor { by: BY.into(), reason: engine::Reason::new("lost").expect("a reason") };
        again.running.service().revoke_code(&given[0], actor).await.expect("revokes");
        again.stop().await.expect("stops");
        let third = started(home.path()).await.expect("starts");
        assert_ne!(codes(&third)[0], given[0]);
        assert_eq!(codes(&third)[1..], given[1..]);
        assert_eq!(counting(&third).await, PEOPLE.len());
        third.stop().await.expect("stops");
    }

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
