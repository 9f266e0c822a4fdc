//! What each person of the day does: how they write their number, what becomes of their calls, what they do afterwards.

use domain::{PhoneNumber, ProfileNumbers, Region};
use protocol::{
    ApprovalOutcome, ApprovalRequest, ApprovalResponse, CallStep, EndCallRequest, VerifyOutcome,
    VerifyResponse, paths,
};
use tests::needs::eventually;
use uuid::Uuid;

use super::super::town::{Asker, Town, home_of, now};
use crate::access::harness::{Asking as _, HOME};
use crate::access::people::{SignedIn, question};

/// What the phone does with three test calls and, where there is a fourth, with a sign-in; and what comes of each.
const KINDS: [(&str, &[CallStep], Option<ApprovalOutcome>); 10] = {
    use ApprovalOutcome::{Approved, NotApproved, Refused};
    use CallStep::{
        Busy, Cancelled, Confirmed, Fault, HungUp, NoAnswer, NoKeys, NotConfirmed, NotReached, Stopped,
    };
    [
        ("right right right right", &[Confirmed, Confirmed, Confirmed], Some(Approved)),
        ("wrong-then-right right right keys:0#", &[Confirmed, Confirmed, Confirmed], Some(Refused)),
        ("wrong right right wrong", &[NotConfirmed, Confirmed, Confirmed], Some(NotApproved)),
        ("nobody wrong right hangs-up", &[NoAnswer, NotConfirmed, Confirmed], Some(NotApproved)),
        ("voicemail hangs-up right", &[NoKeys, HungUp, Confirmed], None),
        ("busy unreached right busy", &[Busy, NotReached, Confirmed], Some(ApprovalOutcome::Busy)),
        ("dies right right", &[Fault, Confirmed, Confirmed], None),
        ("nobody right right", &[Cancelled, Confirmed, Confirmed], None),
        ("right right keys:99", &[Confirmed, Confirmed, Stopped], None),
        ("hangs-up wrong right right", &[HungUp, NotConfirmed, Confirmed], Some(Approved)),
    ]
};

/// Who ends their first call themselves, who stops the calls with two 9s, and who says that a sign-in was not theirs.
const CANCELS: usize = 7;
const PRESSES_NINE: usize = 8;
const SAYS_NOT_ME: usize = 1;

/// A number of one's own: mobile phones and landlines. Without the 0, as in its own country.
pub(super) fn national(person: usize) -> String {
    // The example policy's help desk has the first landline.
    let range = if person.is_multiple_of(2) || person < 10 { "7700900" } else { "1632960" };
    format!("{range}{person:03}")
}

/// The plan of the phone.
pub(super) fn plan(people: usize) -> String {
    let lines = (0..people).map(|person| format!("{person:03} {}\n", KINDS[person % KINDS.len()].0));
    format!("pace 30\n{}", lines.collect::<String>())
}

/// As a person writes it.
fn written(person: usize) -> String {
    let national = national(person);
    let (code, first, last) = (&national[..4], &national[4..7], &national[7..]);
    match person / 10 % 12 {
        0 => format!("+44{national}"),
        1 => format!("0{national}"),
        2 => format!("0{code} {first}{last}"),
        3 => format!("0{code} {first} {last}"),
        4 => format!("+44 {code} {first} {last}"),
        5 => format!("+44 (0){code} {first}{last}"),
        6 => format!("0044 {code} {first}{last}"),
        7 => format!("(0{code}) {first}-{last}"),
        8 => format!("0{code}.{first}.{last}"),
        9 => format!("  0{code}  {first}{last} "),
        10 => format!("Tel: 0{code} {first} {last}"),
        _ => format!("0{code}/{first}{last}"),
    }
}

fn number(person: usize) -> PhoneNumber {
    let typed = written(person);
    let number = numbers::judge(&typed, Region::GB, &ProfileNumbers::default());
    let number = number.unwrap_or_else(|problem| panic!("{typed}: {problem:?}"));
    assert_eq!(number.digits(), format!("44{}", national(person)), "{typed}");
    number
}

/// What somebody did.
#[derive(Default)]
pub(super) struct Done {
    pub(super) calls: usize,
    pub(super) approvals: usize,
    pub(super) says_not_me: bool,
    pub(super) pressed_nine: bool,
}

/// From the code to the last sign-in of the day.
pub(super) async fn lives(town: &Town, key: &str, person: usize) -> Done {
    let (asker, at, kind) = (town.asker(), home_of(person), person % KINDS.len());
    let name = format!("person{person}");
    let signed_in = town.signed_in(&name, &at).await;
    let session = signed_in.session().as_str();
    let mut done = Done { pressed_nine: kind == PRESSES_NINE, ..Done::default() };
    let (_, ends, approval) = KINDS[kind];
    for (place, end) in ends.iter().enumerate() {
        let call = asker.call(&signed_in, number(person), &at).await.expect("a call");
        if kind == CANCELS && place == 0 {
            asker.followed_to(CallStep::Ringing, session, call, &at).await;
            let body = serde_json::to_vec(&EndCallRequest { call }).expect("writes");
            let ends = asker.line.post(paths::END_CALL, body).at(&at).showing(session);
            assert_eq!(asker.asked(ends).await.refusal(), None);
        }
        let events = asker.followed(session, call, &at).await;
        assert_eq!(events.last().map(|event| event.what), Some(*end), "{name}, call {place}");
        done.calls += 1;
    }
    let phone = (!done.pressed_nine).then(|| number(person));
    assert_eq!(asker.enrols(&signed_in, phone, &at).await, None, "{name}");
    verifies(&asker, key, &name, &signed_in).await;
    if person.is_multiple_of(25) {
        misplaces(&asker, key, &name, &written(person)).await;
        misplaces(&asker, key, &name, &format!("0{}", national(person))).await;
    }
    if let Some(expected) = approval {
        let outcome = approves(&asker, key, person, &name).await;
        assert_eq!(outcome, expected, "{name}");
        done.approvals += 1;
        done.says_not_me = kind == SAYS_NOT_ME;
    }
    done
}

/// A wrong code, then the next of the phone.
async fn verifies(asker: &Asker, key: &str, name: &str, person: &SignedIn) {
    let right = person.code(now().plus_secs(30));
    for (code, expected) in
        [(&person.wrong_code(now()), VerifyOutcome::Refused), (&right, VerifyOutcome::Accepted)]
    {
        // Whoever mistyped waits a moment.
        let outcome = eventually("a judgement", 120, || async {
            let answer = asker.asked(question(&asker.line, name, code, Some(HOME)).showing(key)).await;
            let VerifyResponse { outcome, .. } = answer.read();
            (outcome != VerifyOutcome::TryLater).then_some(outcome)
        });
        assert_eq!(outcome.await, expected, "{name}");
    }
}

async fn approves(asker: &Asker, key: &str, person: usize, name: &str) -> ApprovalOutcome {
    let request = ApprovalRequest {
        key: Uuid::from_u128(u128::try_from(person).expect("a number")),
        sign_in_name: name.to_owned(),
        what: "remote desktop".to_owned(),
        address: Some(HOME.parse().expect("an address")),
        shown_digits: None,
    };
    let body = serde_json::to_vec(&request).expect("writes");
    let answer = asker.asked(asker.line.post(paths::APPROVALS, body).showing(key)).await;
    let ApprovalResponse { outcome, .. } = answer.read();
    outcome
}

/// Types a number where it does not belong: at remote desktop, into an address, into what is no envelope.
async fn misplaces(asker: &Asker, key: &str, name: &str, typed: &str) {
    let plain: String = typed.chars().filter(char::is_ascii_digit).collect();
    let json = serde_json::json!({ "number": typed, "call": typed }).to_string();
    for request in [
        question(&asker.line, typed, "123456", Some(HOME)).showing(key),
        question(&asker.line, name, &plain, Some(HOME)).showing(key),
        asker.line.get(&format!("/v1/{plain}")),
        asker.line.get(&format!("{}?call={plain}&after=0", paths::CALLS)),
        asker.line.get(paths::ME).showing(&plain),
        asker.line.get(paths::POLICY).header("user-agent", &plain).header("cookie", &plain),
        asker.line.post(paths::CALLS, json.clone()),
        asker.line.post(paths::APPROVALS, json).showing(key),
    ] {
        // Whatever is answered: what was typed is looked for in the log.
        let _ = asker.asked(request).await;
    }
}
