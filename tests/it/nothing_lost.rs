//! Nothing lost: whoever was told 'saved' is enrolled, once, whatever dies in between.
//!
//! The programs are the real ones, each a process; the network between them can be cut; processes die by SIGKILL from
//! outside, at system calls that are spread over what they do.

mod accepting;
mod durable;
mod full_disk;
mod posting;
mod waiting;

use std::path::{Path, PathBuf};

use tests::console::{Console, outbox, set_aside};
use tests::needs::wait_for;
use tests::net::Wire;
use tests::service::Service;

/// A service, and the wire that leads to it.
struct World {
    service: Service,
    wire: Wire,
    home: tempfile::TempDir,
}

impl World {
    fn start() -> Self {
        let service = Service::start();
        let wire = Wire::to(service.address());
        Self { service, wire, home: tempfile::tempdir().expect("a folder") }
    }

    /// The assistant on a data folder of this name.
    fn assistant(&self, name: &str) -> Console {
        Console::start(&self.home.path().join(name), self.wire.address(), self.service.identity_key())
    }

    /// How many enrolments a person has.
    fn enrolments(&self, name: &str) -> u64 {
        let person = format!("(select id from people where sign_in_name = '{name}')");
        self.service.count(&format!("select count(*) from enrolments where person = {person}"))
    }

    /// Exactly one enrolment, and all that belongs to it and nothing else; nothing waits, nothing was set aside.
    fn assert_enrolled_once(&self, name: &str, data: &Path, when: &str) {
        let kept = self.service.rows(&format!(
            "select (select count(*) from enrolments e where e.person = p.id),
                    (select count(*) from enrolments e join grants g on g.id = e.grant_id and g.enrolment = e.id
                       and g.person = p.id and g.state = 'used' where e.person = p.id),
                    (select count(*) from methods m join enrolments e on e.id = m.enrolment
                       and e.generation = m.generation where m.person = p.id),
                    (select count(*) from methods m where m.person = p.id),
                    (select group_concat(state) from codes c where c.person = p.id),
                    (select count(*) from grants g where g.person = p.id and g.state not in ('used', 'ended')),
                    p.generation
               from people p where p.sign_in_name = '{name}'"
        ));
        assert_eq!(kept, "1|1|1|1|accepted|0|1", "{when}");
        assert_eq!(outbox(data), Vec::<PathBuf>::new(), "{when}: the outbox is empty");
        assert_eq!(set_aside(data), Vec::<PathBuf>::new(), "{when}: nothing was set aside");
    }

    /// No row without those it belongs to, the file as SQLite wants it, and the audit whole.
    fn assert_whole(&self) {
        assert_eq!(self.service.rows("pragma integrity_check"), "ok");
        assert_eq!(self.service.rows("pragma foreign_key_check"), "");
        for orphans in [
            "select count(*) from methods where enrolment not in (select id from enrolments)",
            "select count(*) from enrolments where id not in (select enrolment from methods)",
            "select count(*) from grants where state = 'used' and enrolment not in (select id from enrolments)",
            "select count(*) from sessions s join grants g on g.id = s.grant_id where g.person <> s.person",
        ] {
            assert_eq!(self.service.count(orphans), 0, "{orphans}");
        }
        let audit = self.service.run(&["audit", "verify"]);
        assert!(audit.starts_with("Whole: "), "{audit}");
    }
}

/// `count` of these spread over all of them, the first and the last among them.
fn spread<T: Clone>(all: &[T], count: usize) -> Vec<T> {
    let mut places: Vec<usize> = (0..count).map(|n| n * (all.len() - 1) / (count - 1)).collect();
    places.dedup();
    places.into_iter().map(|place| all[place].clone()).collect()
}

fn wait_for_empty_outbox(console: &Console, when: &str) {
    wait_for(&format!("the outbox to empty, {when}"), 60, || outbox(console.data()).is_empty().then_some(()));
}

/// Whether a finished entry is in the outbox.
fn waits(data: &Path) -> bool {
    outbox(data).iter().any(|file| file.extension().is_some_and(|end| end == "json"))
}
