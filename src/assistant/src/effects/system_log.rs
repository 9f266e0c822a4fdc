//! What IT reads in the system's own log: on Windows the Event Log (Application, source Enrol), on Linux the system's
//! log. No name, number, key or address of anybody.
//!
//! Not here: what people read, and the details, which the program says on its standard error.

use super::severity::Severity;

/// Something that IT may want to know of a computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemEvent {
    /// The program has everything that it needs.
    Started,
    /// The service has an enrolment.
    Sent,
    /// This computer became a station, or is one no more: which.
    Station(String),
    /// An enrolment waits for long.
    Stuck,
    /// A setting or policy is wrong: which, and where.
    WrongSetting(String),
    /// Neither a window nor a terminal.
    NowhereToShow(String),
    /// This computer is a station and cannot show it: why.
    StationFault(String),
    /// Anything else that ends the program.
    Fault(String),
}

impl SystemEvent {
    /// Its number, by which logs are searched and alerts are made. Never used for anything else later.
    pub fn id(&self) -> u32 {
        match self {
            Self::Started => 100,
            Self::Sent => 110,
            Self::Station(_) => 120,
            Self::Stuck => 210,
            Self::WrongSetting(_) => 220,
            Self::NowhereToShow(_) => 230,
            Self::Fault(_) => 240,
            Self::StationFault(_) => 250,
        }
    }

    fn severity(&self) -> Severity {
        match self {
            Self::Started | Self::Sent | Self::Station(_) => Severity::Information,
            Self::Stuck => Severity::Warning,
            Self::WrongSetting(_) | Self::NowhereToShow(_) | Self::Fault(_) | Self::StationFault(_) => {
                Severity::Error
            }
        }
    }

    /// The whole of it, in words.
    pub fn text(&self) -> String {
        match self {
            Self::Started => format!("Enrol {} has started.", env!("CARGO_PKG_VERSION")),
            Self::Sent => "An enrolment was sent, and the service has it.".to_owned(),
            Self::Station(what) => what.clone(),
            Self::StationFault(why) => {
                format!("This computer is an enrolment station and cannot show it to the service. {why}")
            }
            Self::Stuck => {
                "An enrolment waits for more than an hour: the service cannot be reached or does not take it. It is kept and tried again."
                    .to_owned()
            }
            Self::WrongSetting(what) => {
                format!("Enrol did not start: a setting is wrong. {what}. enrol --show-policy shows all of them.")
            }
            Self::NowhereToShow(why) => format!("Enrol did not start: nothing to show its pages on. {why}"),
            Self::Fault(what) => format!("Enrol ended with a fault. {what}"),
        }
    }
}

/// Tells it. Where there is no log nothing happens: nobody's enrolment ends for that.
pub fn tell(event: &SystemEvent) {
    #[cfg(windows)]
    super::windows::report_event(event.id(), event.severity(), &event.text());
    #[cfg(target_os = "linux")]
    log::write(std::path::Path::new("/dev/log"), event);
    #[cfg(not(any(windows, target_os = "linux")))]
    let _ = event.severity();
}

#[cfg(target_os = "linux")]
mod log {
    use std::{os::unix::net::UnixDatagram, path::Path};

    use super::{Severity, SystemEvent};

    /// Facility "user" of the syslog protocol, RFC 3164.
    const USER: u8 = 1 << 3;

    pub(super) fn write(socket: &Path, event: &SystemEvent) {
        let number = match event.severity() {
            Severity::Information => 6,
            Severity::Warning => 4,
            Severity::Error => 3,
        };
        let line = format!("<{}>enrol: {} {}", USER + number, event.id(), event.text());
        if let Ok(log) = UnixDatagram::unbound() {
            let _ = log.set_nonblocking(true);
            let _ = log.send_to(line.as_bytes(), socket);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_a_number_of_its_own_within_windows_file_of_messages_and_says_what_it_is() {
        let events = [
            SystemEvent::Started,
            SystemEvent::Sent,
            SystemEvent::Station("This computer became the station Elm staff room.".to_owned()),
            SystemEvent::Stuck,
            SystemEvent::WrongSetting("Renderer: expected one of auto, glow".to_owned()),
            SystemEvent::NowhereToShow("There is no display.".to_owned()),
            SystemEvent::Fault("The disk is full".to_owned()),
            SystemEvent::StationFault("The key is not there".to_owned()),
        ];
        let ids: Vec<u32> = events.iter().map(SystemEvent::id).collect();
        assert_eq!(ids, [100, 110, 120, 210, 220, 230, 240, 250]);
        // EventCreate.exe has messages from 1 to 1000.
        assert!(ids.iter().all(|id| (1..=1000).contains(id)));
        assert!(events[4].text().contains("Renderer: expected one of auto, glow."), "{}", events[4].text());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_log_of_the_system_gets_a_line_and_a_missing_log_stops_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("log");
        log::write(&socket, &SystemEvent::Started);
        let listens = std::os::unix::net::UnixDatagram::bind(&socket).expect("binds");
        log::write(&socket, &SystemEvent::Fault("The disk is full".to_owned()));
        let mut line = [0; 200];
        let length = listens.recv(&mut line).expect("a line came");
        assert_eq!(&line[..length], b"<11>enrol: 240 Enrol ended with a fault. The disk is full");
    }
}
