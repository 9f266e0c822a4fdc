//! One person, however their sign-in name is written: on the command line, and by a relying party.
//!
//! Not here: which forms are taken for the same (`domain::NameKey`), and what an older store holds (the store's tests).

use std::process::Output;

use domain::{EnrolmentCode, Step, Timestamp};
use protocol::{IdentityKey, VerifyOutcome, paths};
use tests::phone::now_secs;
use tests::service::Service;

use crate::access::harness::{Asking as _, HOME, Line};
use crate::access::people::{Assistant, posted, verified};

const ISSUED: &str = "si\u{e2}n.evans";
const OTHERS: [&str; 5] = [
    "sia\u{302}n.evans",
    "SI\u{c2}N.EVANS",
    "si\u{e2}n\u{ff0e}evans",
    "si\u{e2}n.\u{ad}evans",
    "\u{feff}si\u{e2}n.evans",
];

fn issue(service: &Service, sign_in_name: &str) -> Output {
    let words = ["code", "issue", "--name", "Sian Evans", "--school", "ELM", "--sign-in-name", sign_in_name];
    service.command().args(words).output().expect("starts")
}

fn now() -> Timestamp {
    Timestamp::from_secs(i64::try_from(now_secs()).expect("a time"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_is_one_person_in_every_form_of_their_sign_in_name() {
    let service = Service::start();
    let line = Line::to(&service.url(""));
    let printed = issue(&service, ISSUED);
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    let printed = String::from_utf8(printed.stdout).expect("UTF-8");
    let code = EnrolmentCode::parse(printed.lines().next().expect("a line")).expect("a code");
    let identity: IdentityKey = service.identity_key().parse().expect("a key");
    let person = Assistant::start(&line, &identity, now()).await.signed_in(&code, now(), HOME).await;
    let sent_at = now();
    let sent = posted(&line, paths::ENROLMENTS, &person.submission(sent_at)).at(HOME).answer().await;
    assert_eq!(sent.refusal(), None);

    let key = service.run(&["client", "add", "gateway"]);
    let key = key.lines().next().expect("a line");
    let next = person.code_of(Step(Step::at(sent_at).0 + 1));
    let first = verified(&line, key, OTHERS[0], &next, HOME).await;
    assert_eq!(first.outcome, VerifyOutcome::Accepted);
    for other in OTHERS {
        // The code is used by now; that is no stranger's answer.
        let answer = verified(&line, key, other, &next, HOME).await;
        assert!(
            matches!(answer.outcome, VerifyOutcome::Refused | VerifyOutcome::TryLater),
            "{other:?}: {answer:?}"
        );
        let again = issue(&service, other);
        let said = String::from_utf8_lossy(&again.stderr);
        match again.status.code() {
            Some(1) => assert!(said.contains("this person is enrolled"), "{other:?}: {said}"),
            Some(2) => assert!(said.contains("U+00AD") || said.contains("U+FEFF"), "{other:?}: {said}"),
            code => panic!("{other:?}: {code:?}: {said}"),
        }
        assert!(service.run(&["person", "export", other]).contains(ISSUED), "{other:?}");
    }
    assert_eq!(verified(&line, key, "sian.evans", &next, HOME).await.outcome, VerifyOutcome::NotEnrolled);
}
