//! A telephone: Debian's baresip, which answers or does not, records what it hears and presses keys.
//!
//! Not here: the phone that makes codes (`phone`).

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::needs::{tool, wait_for};
use crate::programs::Running;
use crate::sound::Sound;

/// What a telephone does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Somebody answers at once, and presses what the scenario says.
    Answers,
    /// It rings, until the scenario answers or the caller gives up.
    Rings,
    /// It is engaged.
    Busy,
    /// Somebody answers and hangs up after so long.
    HangsUpAfter(Duration),
    /// A machine answers, greets, beeps and records. It presses nothing.
    Voicemail,
}

impl Behaviour {
    fn answers_by_itself(self) -> bool {
        match self {
            Self::Answers | Self::HangsUpAfter(_) | Self::Voicemail => true,
            Self::Rings | Self::Busy => false,
        }
    }
}

/// Runs until it is dropped.
pub struct Handset {
    behaviour: Behaviour,
    /// `+` and digits.
    number: String,
    address: SocketAddr,
    control: TcpStream,
    events: Arc<Mutex<Vec<Value>>>,
    running: Running,
    home: tempfile::TempDir,
}

impl Handset {
    /// Starts one with a number.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(number: &str, behaviour: Behaviour) -> Self {
        // It wants a port and the next one, for datagrams and for connections: another may have taken one of them.
        (0..20)
            .find_map(|_| Self::start_once(number, behaviour))
            .expect("twenty times a telephone found its port taken")
    }

    /// `None` when its ports were taken.
    fn start_once(number: &str, behaviour: Behaviour) -> Option<Self> {
        let home = tempfile::tempdir().expect("a temporary folder");
        let sip = UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port");
        let control = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let control = control.expect("a free port");
        configure(home.path(), number, behaviour, sip, control);
        let mut command = tool("baresip", "baresip-core");
        let mut running = Running::start(command.arg("-f").arg(home.path()));
        let connected = wait_for("baresip", 20, || {
            if running.has_ended() {
                let said = running.said();
                assert!(said.contains("Address already in use"), "baresip ended:\n{said}");
                return Some(None);
            }
            TcpStream::connect(control).ok().map(Some)
        })?;
        let reader = connected.try_clone().expect("the same connection");
        let events = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&events);
        let hangs_up = connected.try_clone().expect("the same connection");
        std::thread::spawn(move || listen(reader, hangs_up, behaviour, &kept));
        let number = number.to_owned();
        Some(Self { behaviour, number, address: sip, control: connected, events, running, home })
    }

    /// Its number: `+` and digits.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Where the exchange reaches it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How often it has rung.
    pub fn rang(&self) -> usize {
        // A telephone that answers by itself says nothing of ringing.
        self.count(if self.behaviour.answers_by_itself() { "CALL_ESTABLISHED" } else { "CALL_INCOMING" })
    }

    /// How often it was answered.
    pub fn answered(&self) -> usize {
        self.count("CALL_ESTABLISHED")
    }

    /// How many calls are over.
    pub fn over(&self) -> usize {
        self.count("CALL_CLOSED")
    }

    /// Waits until it rings for the so-manieth time.
    ///
    /// # Panics
    /// When it does not within ten seconds.
    pub fn rings(&self, times: usize) {
        wait_for("the telephone to ring", 10, || (self.rang() >= times).then_some(()));
    }

    /// Waits until the so-manieth call is over.
    ///
    /// # Panics
    /// When it is not within ten seconds.
    pub fn is_over(&self, times: usize) {
        wait_for("the call to end", 10, || (self.over() >= times).then_some(()));
    }

    /// Answers.
    pub fn answer(&self) {
        say(&self.control, "accept", "");
    }

    /// Hangs up, or refuses.
    pub fn hang_up(&self) {
        say(&self.control, "hangup", "");
    }

    /// Presses keys one after the other, as fast as a quick finger.
    pub fn press(&self, keys: &str) {
        for key in keys.chars() {
            say(&self.control, "sndcode", &key.to_string());
            finger_moves();
        }
    }

    /// The keys that the caller pressed, as a switchboard hears them.
    pub fn keys_heard(&self) -> String {
        let events = self.events.lock().expect("no panic holds it");
        let keys = events.iter().filter(|event| event["type"] == "CALL_DTMF_START");
        keys.filter_map(|event| event["param"].as_str()).collect()
    }

    /// What was heard in the last call so far; `None` before the first sound. Nothing is kept of the silence in which
    /// no packets come.
    pub fn heard(&self) -> Option<Sound> {
        let files = std::fs::read_dir(self.home.path().join("heard")).ok()?.flatten();
        let heard = files.map(|file| file.path()).filter(|path| path.to_string_lossy().ends_with("-dec.wav"));
        let last: PathBuf = heard.max()?;
        (std::fs::metadata(&last).ok()?.len() > 44).then(|| Sound::read(&last))
    }

    /// All that it said, for a failure's message.
    pub fn said(&self) -> String {
        self.running.said()
    }

    fn count(&self, kind: &str) -> usize {
        let events = self.events.lock().expect("no panic holds it");
        events.iter().filter(|event| event["type"] == kind).count()
    }
}

/// From one key to the next.
pub(crate) fn finger_moves() {
    std::thread::sleep(Duration::from_millis(250));
}

/// A command as baresip's control port takes it: JSON as a netstring.
fn say(mut control: &TcpStream, command: &str, parameters: &str) {
    let text = serde_json::json!({ "command": command, "params": parameters }).to_string();
    let _ = control.write_all(format!("{}:{text},", text.len()).as_bytes());
}

/// Keeps the events, and does by itself what the behaviour says.
fn listen(mut reader: TcpStream, control: TcpStream, behaviour: Behaviour, kept: &Mutex<Vec<Value>>) {
    let mut waiting = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        waiting.extend_from_slice(&buffer[..count]);
        while let Some((event, used)) = netstring(&waiting) {
            match (behaviour, event["type"].as_str()) {
                (Behaviour::Busy, Some("CALL_INCOMING")) => say(&control, "hangup", ""),
                (Behaviour::HangsUpAfter(after), Some("CALL_ESTABLISHED")) => {
                    if let Ok(control) = control.try_clone() {
                        std::thread::spawn(move || {
                            std::thread::sleep(after);
                            say(&control, "hangup", "");
                        });
                    }
                }
                (_, _) => {}
            }
            waiting.drain(..used);
            kept.lock().expect("no panic holds it").push(event);
        }
    }
}

fn netstring(bytes: &[u8]) -> Option<(Value, usize)> {
    let colon = bytes.iter().position(|byte| *byte == b':')?;
    let length: usize = std::str::from_utf8(&bytes[..colon]).ok()?.parse().ok()?;
    let text = bytes.get(colon + 1..colon + 1 + length)?;
    Some((serde_json::from_slice(text).unwrap_or(Value::Null), colon + 2 + length))
}

fn configure(home: &Path, number: &str, behaviour: Behaviour, sip: SocketAddr, control: SocketAddr) {
    let at = home.display();
    std::fs::create_dir(home.join("heard")).expect("a folder");
    let write = |name: &str, text: String| std::fs::write(home.join(name), text).expect("it is written");
    let mouth = match behaviour {
        // A greeting is many tones to the ear of a machine that waits for keys; this one is as long as most.
        Behaviour::Voicemail => (0..20)
            .map(|part| Sound::tone(180.0 + 35.0 * f64::from(part % 7), 0.2))
            .fold(Sound::silence(0.5), Sound::then)
            .then(Sound::tone(1_000.0, 0.4))
            .then(Sound::silence(120.0)),
        Behaviour::Answers | Behaviour::Rings | Behaviour::Busy | Behaviour::HangsUpAfter(_) => {
            Sound::silence(120.0)
        }
    };
    mouth.write(&home.join("mouth.wav"));
    let mode = if behaviour.answers_by_itself() { "auto" } else { "manual" };
    write(
        "accounts",
        format!("<sip:{number}@{sip}>;regint=0;answermode={mode};audio_codecs=PCMA/8000/1,PCMU/8000/1\n"),
    );
    write("contacts", String::new());
    write(
        "config",
        format!(
            "sip_listen {sip}\nctrl_tcp_listen {control}\nsnd_path {at}/heard\nrtp_ports 20000-29999\n\
             call_local_timeout 120\ncall_max_calls 4\n\
             audio_player aubridge,none\naudio_alert aubridge,none\naudio_source aufile,{at}/mouth.wav\n\
             ausrc_srate 8000\nauplay_srate 8000\nausrc_channels 1\nauplay_channels 1\n\
             module_path {}\nmodule g711.so\nmodule aubridge.so\nmodule aufile.so\nmodule sndfile.so\n\
             module_tmp account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\n",
            modules().display()
        ),
    );
}

fn modules() -> PathBuf {
    let places = ["/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules"];
    let found = places.iter().map(Path::new).find(|path| path.join("sndfile.so").exists());
    found
        .expect("baresip's modules are missing: install the package baresip-core (tests/run does)")
        .to_owned()
}
