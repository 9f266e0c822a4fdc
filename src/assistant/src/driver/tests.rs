//! The driver in a made-up world, through whole journeys.

mod session;
mod slip;

use domain::{EnrolmentCode, Reference, TwoDigits};
use journey::{
    Attempt, CallEnding, CallFault, FieldId, PhoneChoice, RefusedWhy, SaveFault, SendFault, Sent,
    ServiceFault, SignInFault, State,
};
use protocol::{EnrolmentHeader, SealPurpose, SignInHeader};

use super::*;
use crate::effects::{
    Answer,
    scripted::{
        Scripted, sample_document, sample_enrolment, sample_envelope_key, sample_fetched_policy,
        sample_welcome,
    },
};

fn driver(world: Scripted) -> Driver<Scripted> {
    let mut driver = Driver::new(world, Texts::english().expect("words"), None);
    driver.poll();
    driver
}

fn page(driver: &Driver<Scripted>) -> Page {
    driver.view().page
}

fn enrolment_code() -> String {
    EnrolmentCode::from_entropy(&[3; 64]).expect("enough bytes").printed().to_string()
}

fn type_in(driver: &mut Driver<Scripted>, entry: FieldId, text: &str) {
    driver.keeper_mut().typed_mut(entry).set(text);
    driver.on(Event::Typed(entry));
    driver.poll();
}

/// The code that a phone would show: the key is read off the page as a person would.
fn phone_code(driver: &Driver<Scripted>, late_by_secs: i64) -> String {
    let id = driver.journey().and_then(|journey| journey.facts().secret).expect("a secret");
    let mut key = String::new();
    driver.keeper().key_in_fours(id, &mut |text| key = text.replace(' ', ""));
    let bytes = data_encoding::BASE32_NOPAD.decode(key.as_bytes()).expect("base32");
    let totp = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_secret(<[u8; 20]>::try_from(bytes).expect("20 bytes"))
        .build_noncompliant();
    let then = driver.now().plus_secs(late_by_secs).secs();
    totp.generate(u64::try_from(then).expect("after 1970")).to_string()
}

fn walk_to_scan(driver: &mut Driver<Scripted>) {
    assert_eq!(page(driver), Page::BeforeYouStart);
    driver.on(Event::Next);
    driver.on(Event::Next);
    type_in(driver, FieldId::EnrolmentCode, &enrolment_code());
    driver.on(Event::Next);
    driver.poll();
    assert_eq!(page(driver), Page::IsThisYou);
    driver.on(Event::ThisIsMe);
    driver.on(Event::PhoneChosen(PhoneChoice::Android));
    for _ in 0..3 {
        driver.on(Event::Next);
    }
    assert_eq!(page(driver), Page::ScanTheCode);
}

/// From a right code to "Check and send", with a phone that is answered.
fn have_the_number_called(driver: &mut Driver<Scripted>) {
    driver.on(Event::Next);
    assert_eq!(page(driver), Page::YourPhoneNumber);
    type_in(driver, FieldId::PhoneNumber, "07700 900123");
    driver.on(Event::Next);
    assert_eq!(page(driver), Page::AnswerTheCall);
    driver.on(Event::Next);
    driver.poll();
    assert!(has_success(driver), "a confirmed call is said until Next");
    driver.on(Event::Next);
    assert_eq!(page(driver), Page::CheckAndSend);
}

fn has_success(driver: &Driver<Scripted>) -> bool {
    driver.view().blocks.iter().any(|block| matches!(block, crate::view::Block::Success { .. }))
}

fn saved(driver: &mut Driver<Scripted>) -> Option<(Attempt, EnrolmentId)> {
    driver.effects_mut().requested.iter().rev().find_map(|work| {
        if let Work::Save(attempt, enrolment, _) = work { Some((*attempt, *enrolment)) } else { None }
    })
}

#[test]
fn a_whole_journey_is_sealed_saved_accepted_and_forgotten() {
    let mut driver = driver(Scripted::obliging());
    walk_to_scan(&mut driver);
    driver.on(Event::Next);
    let code = phone_code(&driver, 0);
    type_in(&mut driver, FieldId::AppCode, &code);
    assert_eq!(page(&driver), Page::TestIt);
    assert!(has_success(&driver), "a right code is said until Next");
    assert!(driver.keeper().typed(FieldId::AppCode).is_empty());
    have_the_number_called(&mut driver);
    assert!(is_shown(&driver, "07700 900123"));
    driver.on(Event::Next);
    driver.poll();
    assert_eq!(
        driver.journey().map(Journey::state),
        Some(&State::Done { sent: Sent::Accepted, slip: journey::Slip::NotMade })
    );
    assert!(!driver.keeper().holds_secret() && !is_shown(&driver, "07700 900123"));
    let (_, enrolment) = saved(&mut driver).expect("saved");
    let header: EnrolmentHeader = driver
        .effects_mut()
        .requested
        .iter()
        .find_map(
            |work| if let Work::Save(_, _, sealed) = work { protocol::header(sealed).ok() } else { None },
        )
        .expect("a header");
    assert_eq!((header.enrolment, header.person), (enrolment, sample_welcome().person.id));
    let forgotten = driver.effects_mut().requested.iter().any(|work| matches!(work, Work::ForgetPage));
    assert!(forgotten, "there is nothing to come back to");
    driver.on(Event::Finish);
    assert!(driver.closed());
}

#[test]
fn the_secret_and_its_picture_survive_wrong_codes_back_and_a_second_sign_in() {
    let mut driver = driver(Scripted::obliging());
    walk_to_scan(&mut driver);
    let picture = |driver: &Driver<Scripted>| {
        let id = driver.journey().and_then(|journey| journey.facts().secret).expect("a secret");
        driver.keeper().qr(id).expect("a picture").dark.clone()
    };
    let first = picture(&driver);
    driver.on(Event::Next);
    let old = phone_code(&driver, -240);
    type_in(&mut driver, FieldId::AppCode, &old);
    assert!(driver.view().problem.is_none(), "while typing nothing is blamed");
    driver.on(Event::Next);
    driver.poll();
    assert!(driver.view().problem.is_some());
    driver.on(Event::Back);
    assert_eq!(picture(&driver), first);
    for _ in 0..6 {
        driver.on(Event::Back);
    }
    assert_eq!(page(&driver), Page::HowWeUseYourDetails);
    driver.on(Event::Next);
    type_in(&mut driver, FieldId::EnrolmentCode, &enrolment_code());
    driver.on(Event::Next);
    driver.poll();
    driver.on(Event::ThisIsMe);
    assert_eq!(picture(&driver), first, "the same person signed in again");
}

#[test]
fn another_person_finds_nothing_of_the_one_before_and_can_finish() {
    let mut driver = driver(Scripted::obliging());
    walk_to_scan(&mut driver);
    let first = driver.journey().and_then(|journey| journey.facts().secret).expect("a secret");
    for _ in 0..5 {
        driver.on(Event::Back);
    }
    assert_eq!(page(&driver), Page::WhoAreYou);
    driver.effects_mut().obliging = false;
    type_in(&mut driver, FieldId::EnrolmentCode, &enrolment_code());
    driver.on(Event::Next);
    let attempt = driver.journey().and_then(Journey::waiting).expect("signing in");
    let mut welcome = sample_welcome();
    welcome.person.id = domain::PersonId::at(driver.now(), [9; 10]);
    driver.effects_mut().answers.push_back(Answer::SignedIn(attempt, Box::new(welcome)));
    driver.poll();
    assert!(driver.keeper().qr(first).is_none());
    driver.effects_mut().obliging = true;
    driver.on(Event::ThisIsMe);
    driver.on(Event::PhoneChosen(PhoneChoice::IPhone));
    for _ in 0..4 {
        driver.on(Event::Next);
    }
    assert_eq!(page(&driver), Page::TestIt);
    let code = phone_code(&driver, 0);
    type_in(&mut driver, FieldId::AppCode, &code);
    have_the_number_called(&mut driver);
    driver.on(Event::Next);
    driver.poll();
    assert_eq!(page(&driver), Page::Done, "the new grant was kept");
}

#[test]
fn a_slip_of_the_finger_never_leaves_the_computer() {
    let mut driver = driver(Scripted::obliging());
    driver.on(Event::Next);
    driver.on(Event::Next);
    type_in(&mut driver, FieldId::EnrolmentCode, "ABCDE-FGHIJ");
    driver.on(Event::Next);
    assert!(driver.view().problem.is_some());
    assert!(!driver.effects_mut().requested.iter().any(|work| matches!(work, Work::SignIn(..))));
}

#[test]
fn an_answer_that_comes_too_late_is_nobodys_grant() {
    let mut world = Scripted::silent();
    world.answers.push_back(Answer::PolicyFetched(Attempt(1), Box::new(sample_fetched_policy())));
    let mut driver = driver(world);
    driver.on(Event::Next);
    driver.on(Event::Next);
    type_in(&mut driver, FieldId::EnrolmentCode, &enrolment_code());
    driver.on(Event::Next);
    let attempt = driver.journey().and_then(Journey::waiting).expect("signing in");
    driver.effects_mut().answers.push_back(Answer::TimerElapsed(attempt));
    driver.effects_mut().answers.push_back(Answer::SignedIn(attempt, Box::new(sample_welcome())));
    driver.poll();
    assert_eq!(page(&driver), Page::WhoAreYou);
    assert!(!took_session(&mut driver, attempt), "what the page refused, the worker does not keep");
}

#[test]
fn the_day_is_the_services_whatever_the_computers_clock_shows() {
    let mut world = Scripted::obliging();
    world.ahead_secs = 40 * 86_400;
    let mut driver = driver(world);
    let day = driver.journey().and_then(|journey| journey.facts().day);
    assert_eq!(day, Some(domain::Date::of(driver.now())));
    driver.on(Event::Next);
    assert_eq!(page(&driver), Page::HowWeUseYourDetails);
}

#[test]
fn after_a_sleep_the_clock_is_measured_before_the_sign_in_is_sealed() {
    let mut world = Scripted::silent();
    world.answers.push_back(Answer::PolicyFetched(Attempt(1), Box::new(sample_fetched_policy())));
    let mut driver = driver(world);
    driver.on(Event::Next);
    driver.on(Event::Next);
    type_in(&mut driver, FieldId::EnrolmentCode, &enrolment_code());
    driver.effects_mut().doubtful = true;
    driver.on(Event::Next);
    assert!(sign_ins(&mut driver).is_empty(), "what is sealed now would be refused");
    let unmeasured = Answer::ClockNotMeasured(ServiceFault::Unreachable);
    driver.effects_mut().answers.push_back(unmeasured);
    driver.poll();
    assert!(driver.view().problem.is_some() && driver.journey().and_then(Journey::waiting).is_none());

    driver.on(Event::Next);
    assert!(sign_ins(&mut driver).is_empty());
    woken(&mut driver, 3_600);
    assert_eq!(sealed_at(&mut driver), driver.now());
    let attempt = driver.journey().and_then(Journey::waiting).expect("signing in");
    driver.effects_mut().answers.push_back(Answer::SignInClockOff(attempt));
    driver.poll();
    assert!(driver.view().problem.is_some(), "measured already: asking again is of no use");
}

#[test]
fn a_sign_in_that_the_service_finds_too_old_is_sealed_once_more_at_the_measured_time() {
    let mut world = Scripted::silent();
    world.answers.push_back(Answer::PolicyFetched(Attempt(1), Box::new(sample_fetched_policy())));
    let mut driver = driver(world);
    driver.on(Event::Next);
    driver.on(Event::Next);
    type_in(&mut driver, FieldId::EnrolmentCode, &enrolment_code());
    driver.on(Event::Next);
    let attempt = driver.journey().and_then(Journey::waiting).expect("signing in");
    driver.effects_mut().answers.push_back(Answer::SignInClockOff(attempt));
    driver.poll();
    assert!(driver.view().problem.is_none() && sign_ins(&mut driver).len() == 1);
    woken(&mut driver, 3_600);
    assert_eq!(sealed_at(&mut driver), driver.now());
    let sign_ins = sign_ins(&mut driver);
    assert_eq!((sign_ins.len(), sign_ins[0]), (2, sign_ins[1]), "for the same enrolment");
    driver.effects_mut().answers.push_back(Answer::SignedIn(attempt, Box::new(sample_welcome())));
    driver.poll();
    assert_eq!(page(&driver), Page::IsThisYou);
}

/// The clock is measured: it is so much later than was thought.
fn woken(driver: &mut Driver<Scripted>, secs: i64) {
    let world = driver.effects_mut();
    world.now = world.now.plus_secs(secs);
    world.doubtful = false;
    world.answers.push_back(Answer::ClockMeasured(domain::ClockOffset::default(), None));
    driver.poll();
}

/// The time in the last sign-in.
fn sealed_at(driver: &mut Driver<Scripted>) -> Timestamp {
    let mut asked = driver.effects_mut().requested.iter().rev();
    let sealed = asked.find_map(|work| if let Work::SignIn(_, sealed) = work { Some(sealed) } else { None });
    protocol::header::<SignInHeader>(sealed.expect("a sign-in")).expect("a header").time
}

/// The enrolments of the sign-ins, in order.
fn sign_ins(driver: &mut Driver<Scripted>) -> Vec<EnrolmentId> {
    let asked = driver.effects_mut().requested.iter();
    let sealed =
        asked.filter_map(|work| if let Work::SignIn(_, sealed) = work { Some(sealed) } else { None });
    sealed.map(|sealed| protocol::header::<SignInHeader>(sealed).expect("a header").enrolment).collect()
}

fn took_session(driver: &mut Driver<Scripted>, of: Attempt) -> bool {
    driver
        .effects_mut()
        .requested
        .iter()
        .any(|work| matches!(work, Work::TakeSession(attempt) if *attempt == of))
}

#[test]
fn a_code_whose_answers_are_lost_is_asked_for_the_same_enrolment_until_the_service_says_no() {
    let mut world = Scripted::silent();
    world.answers.push_back(Answer::PolicyFetched(Attempt(1), Box::new(sample_fetched_policy())));
    let mut driver = driver(world);
    driver.on(Event::Next);
    driver.on(Event::Next);
    let try_once = |driver: &mut Driver<Scripted>, answer: &dyn Fn(Attempt) -> Vec<Answer>| {
        type_in(driver, FieldId::EnrolmentCode, &enrolment_code());
        driver.on(Event::Next);
        let attempt = driver.journey().and_then(Journey::waiting).expect("signing in");
        driver.effects_mut().answers.extend(answer(attempt));
        driver.poll();
        attempt
    };
    let failed = |fault| move |attempt| vec![Answer::SignInFailed(attempt, fault)];
    try_once(&mut driver, &failed(SignInFault::Service(ServiceFault::Unreachable)));
    try_once(&mut driver, &failed(SignInFault::Service(ServiceFault::Unexpected)));
    try_once(&mut driver, &failed(SignInFault::TryLater { secs: 60 }));
    try_once(&mut driver, &|attempt| {
        vec![Answer::TimerElapsed(attempt), Answer::SignedIn(attempt, Box::new(sample_welcome()))]
    });
    try_once(&mut driver, &failed(SignInFault::Revoked));
    let attempt =
        try_once(&mut driver, &|attempt| vec![Answer::SignedIn(attempt, Box::new(sample_welcome()))]);
    assert_eq!(page(&driver), Page::IsThisYou);
    assert!(took_session(&mut driver, attempt));
    let sign_ins = sign_ins(&mut driver);
    let [first, .., last] = sign_ins.as_slice() else { panic!("sign-ins") };
    assert_eq!(sign_ins.len(), 6);
    assert!(sign_ins[..5].iter().all(|one| one == first), "{sign_ins:?}");
    assert_ne!(first, last, "after a no it is another");
}

#[test]
fn a_sign_in_that_the_service_knows_otherwise_begins_anew() {
    let mut world = Scripted::silent();
    world.answers.push_back(Answer::PolicyFetched(Attempt(1), Box::new(sample_fetched_policy())));
    let mut driver = driver(world);
    driver.on(Event::Next);
    driver.on(Event::Next);
    for fault in [SignInFault::BeginAnew, SignInFault::OnlyAtStation, SignInFault::NoStation] {
        type_in(&mut driver, FieldId::EnrolmentCode, &enrolment_code());
        driver.on(Event::Next);
        let attempt = driver.journey().and_then(Journey::waiting).expect("signing in");
        driver.effects_mut().answers.push_back(Answer::SignInFailed(attempt, fault));
        driver.poll();
        assert!(driver.view().problem.is_some());
    }
    let sign_ins = sign_ins(&mut driver);
    assert_ne!(sign_ins[0], sign_ins[1], "with another enrolment, or it would be refused for ever");
    assert_eq!(sign_ins[1], sign_ins[2], "the service made nothing of it");
}

#[test]
fn a_full_disk_loses_nothing_and_a_refusal_ends_it() {
    let mut driver = driver(Scripted::obliging());
    walk_to_scan(&mut driver);
    driver.on(Event::Next);
    let code = phone_code(&driver, 0);
    type_in(&mut driver, FieldId::AppCode, &code);
    have_the_number_called(&mut driver);
    driver.effects_mut().obliging = false;
    driver.on(Event::Next);
    let (attempt, enrolment) = saved(&mut driver).expect("asked");
    driver.effects_mut().answers.push_back(Answer::SaveFailed(attempt, SaveFault::DiskFull));
    driver.poll();
    assert_eq!(page(&driver), Page::CheckAndSend);
    assert!(driver.view().problem.is_some() && driver.keeper().holds_secret());
    driver.on(Event::Next);
    let (attempt, again) = saved(&mut driver).expect("asked again");
    assert_eq!(enrolment, again);
    let refused = Answer::SendFailed(enrolment, SendFault::Refused(RefusedWhy::GrantRevoked));
    driver.effects_mut().answers.extend([Answer::Saved(attempt), refused]);
    driver.poll();
    assert_eq!(page(&driver), Page::CouldNotFinish);
    assert!(!driver.keeper().holds_secret());
}

#[test]
fn what_an_earlier_enrolment_comes_to_is_a_notice_and_not_this_ones_page() {
    let mut world = Scripted::obliging();
    let (earlier, _) = sample_enrolment(1);
    world.answers.extend([
        Answer::Accepted(earlier, Reference::of(earlier)),
        Answer::SendFailed(earlier, SendFault::Refused(RefusedWhy::GrantExpired)),
        Answer::SendFailed(earlier, SendFault::Unreachable),
        Answer::SetAside("x.json".to_owned()),
        Answer::Held("y.json".to_owned()),
        Answer::Held("y.json".to_owned()),
    ]);
    let mut driver = driver(world);
    assert_eq!(page(&driver), Page::BeforeYouStart);
    let notices = driver.take_notices();
    assert_eq!(notices.len(), 4, "{notices:?}");
    assert!(notices.iter().all(|notice| !notice.to_string().is_empty()));
    assert!(driver.take_notices().is_empty());
    let warnings =
        driver.view().blocks.iter().filter(|block| matches!(block, crate::view::Block::Warning(_))).count();
    assert_eq!(warnings, 3, "the first page tells whoever sits there");
    driver.on(Event::Next);
    driver.on(Event::Back);
    assert_eq!(
        driver.view().blocks.iter().filter(|block| matches!(block, crate::view::Block::Warning(_))).count(),
        3
    );
}

fn is_shown(driver: &Driver<Scripted>, number: &str) -> bool {
    let held = driver.journey().and_then(|journey| journey.facts().number);
    let mut is_shown = false;
    driver.keeper().number(held.unwrap_or(journey::NumberId(1)), &mut |shown| is_shown = shown == number);
    is_shown
}

/// At "Answer the test call", with a world that answers only what it is told to.
fn at_the_call() -> Driver<Scripted> {
    let mut driver = driver(Scripted::obliging());
    walk_to_scan(&mut driver);
    driver.on(Event::Next);
    let code = phone_code(&driver, 0);
    type_in(&mut driver, FieldId::AppCode, &code);
    driver.on(Event::Next);
    type_in(&mut driver, FieldId::PhoneNumber, "07700 900123");
    driver.on(Event::Next);
    driver.effects_mut().obliging = false;
    driver
}

fn asked_to_call(driver: &mut Driver<Scripted>) -> (Attempt, domain::CallId, protocol::Sealed) {
    let asked = driver.effects_mut().requested.iter().rev().find_map(|work| {
        if let Work::StartCall(attempt, call, sealed) = work {
            Some((*attempt, *call, (**sealed).clone()))
        } else {
            None
        }
    });
    asked.expect("a call was asked for")
}

#[test]
fn the_number_travels_sealed_under_the_grant_and_the_digits_are_shown_until_the_end() {
    let mut driver = at_the_call();
    driver.on(Event::Next);
    let (attempt, call, sealed) = asked_to_call(&mut driver);
    let header: protocol::CallHeader = protocol::header(&sealed).expect("a header");
    assert_eq!((header.call, header.grant), (call, sample_welcome().grant));
    let document = sample_document();
    let key = sample_envelope_key();
    let open = |purpose| protocol::open(purpose, document.service, &document.envelope_key.id, &key, &sealed);
    let plain = open(SealPurpose::Number).expect("opens");
    assert_eq!(protocol::NumberPayload::decode(&plain).expect("a number").0.digits(), "447700900123");
    assert!(open(SealPurpose::Enrolment).is_err(), "for nothing else");

    driver
        .effects_mut()
        .answers
        .push_back(Answer::CallTaken(attempt, TwoDigits::parse("47").expect("digits")));
    driver.poll();
    let mut shown = String::new();
    driver.keeper().call_digits(&mut |digits| shown = digits.to_owned());
    assert_eq!(shown, "47");
    assert!(!format!("{:?} {:?}", driver.journey(), driver.view()).contains("47"));
    driver.effects_mut().answers.push_back(Answer::CallEnded(attempt, CallEnding::Busy));
    driver.poll();
    driver.keeper().call_digits(&mut |_| panic!("the call is over"));
    driver.on(Event::Next);
    assert_ne!(asked_to_call(&mut driver).1, call, "calling again is another call");
}

#[test]
fn a_call_whose_answer_was_lost_is_asked_for_again_as_the_same_call() {
    let mut driver = at_the_call();
    driver.on(Event::Next);
    let (attempt, call, sealed) = asked_to_call(&mut driver);
    driver.on(Event::TimerElapsed(attempt));
    driver.on(Event::Next);
    let (attempt, again, sealed_again) = asked_to_call(&mut driver);
    assert_eq!((again, &sealed_again), (call, &sealed), "byte for byte, or the service takes it for another");
    let failed = |driver: &mut Driver<Scripted>, attempt, fault| {
        driver.effects_mut().answers.push_back(Answer::CallFailed(attempt, CallFault::Service(fault)));
        driver.poll();
        driver.on(Event::Next);
    };
    failed(&mut driver, attempt, ServiceFault::Unreachable);
    let (attempt, again, sealed_again) = asked_to_call(&mut driver);
    assert_eq!((again, &sealed_again), (call, &sealed));
    failed(&mut driver, attempt, ServiceFault::Unexpected);
    let (_, other, _) = asked_to_call(&mut driver);
    assert_ne!(other, call, "what was refused is not asked for again");
    driver.on(Event::Back);
    assert!(matches!(driver.effects_mut().requested.last(), Some(Work::EndCall(ended)) if *ended == other));
    driver.on(Event::Next);
    driver.on(Event::Next);
    assert_ne!(asked_to_call(&mut driver).1, other, "an ended call is another");
}
