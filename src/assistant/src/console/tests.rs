//! What the console promises, tried. Not here: the window, and anything that needs a service.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use std::sync::mpsc;

use domain::{EnrolmentCode, Generation, GrantId, SECRET_BYTES, Timestamp};
use journey::{CallEnding, CallStage, Page, SaveFault, ServiceFault};
use protocol::{EnvelopePrivateKey, PolicyDocument};

use super::*;
use crate::{
    effects::{Answer, FetchedPolicy, Welcome, Work},
    keeper::Keeper,
    texts::Texts,
    view::samples::{NOW, Walk, reference, signed_in, startup},
};

/// All that the sample's entropy ever gives.
const SAMPLE_BYTE: u8 = 7;

/// A world without a network: its service answers at once, or not at all.
#[derive(Default)]
struct World {
    is_there: bool,
    has_no_room: bool,
    keeps_ringing: bool,
    answers: VecDeque<Answer>,
}

impl Effects for World {
    fn run(&mut self, work: Work) {
        match work {
            Work::FetchPolicy(attempt) if self.is_there => {
                let opening = startup();
                let document = PolicyDocument {
                    service: domain::ServiceId::at(NOW, [1; 10]),
                    serial: 1,
                    issued_at: NOW,
                    envelope_key: EnvelopePrivateKey::from_bytes(&[9; 32]).envelope_key("e1").expect("a key"),
                    practice: false,
                    policy: (*opening.profile).clone(),
                };
                let place = opening.place.map(|school| school.id);
                self.answers.push_back(Answer::PolicyFetched(
                    attempt,
                    Box::new(FetchedPolicy { document, place, clock: opening.clock }),
                ));
            }
            Work::FetchPolicy(attempt) => {
                self.answers.push_back(Answer::PolicyFailed(attempt, ServiceFault::Unreachable))
            }
            Work::SignIn(attempt, _) => {
                let person = signed_in();
                self.answers.push_back(Answer::SignedIn(
                    attempt,
                    Box::new(Welcome {
                        grant: GrantId::at(NOW, [3; 10]),
                        generation: Generation(0),
                        person: person.person,
                        school_name: person.school_name,
                        used_before: false,
                        last_used_at: None,
                        signed_in_at: None,
                        set_up: Vec::new(),
                        station: None,
                    }),
                ));
            }
            Work::StartCall(attempt, ..) => {
                let digits = domain::TwoDigits::parse("47").expect("two digits");
                self.answers.push_back(Answer::CallTaken(attempt, digits));
                self.answers.push_back(Answer::CallMoved(attempt, CallStage::Ringing));
                if !self.keeps_ringing {
                    self.answers.push_back(Answer::CallEnded(attempt, CallEnding::Confirmed));
                }
            }
            Work::Save(attempt, ..) if self.has_no_room => {
                self.answers.push_back(Answer::SaveFailed(attempt, SaveFault::DiskFull));
            }
            Work::Save(attempt, enrolment, _) => {
                self.answers.push_back(Answer::Saved(attempt));
                self.answers.push_back(Answer::Accepted(enrolment, domain::Reference::of(enrolment)));
            }
            Work::MeasureClock
            | Work::EndCall(_)
            | Work::TakeSession(_)
            | Work::NotMe
            | Work::SignOut
            | Work::SendNow
            | Work::SaveSlip(..)
            | Work::PrintSlip(..)
            | Work::ForgetSlip
            | Work::RememberPage(..)
            | Work::ForgetPage
            | Work::StartTimer(..) => {}
        }
    }
    fn answers(&mut self) -> Option<Answer> {
        self.answers.pop_front()
    }
    fn now(&self) -> Timestamp {
        NOW
    }
    fn computer_now(&self) -> Timestamp {
        NOW
    }
    fn entropy(&mut self, into: &mut [u8]) -> bool {
        into.fill(SAMPLE_BYTE);
        true
    }
}

/// What was printed.
#[derive(Clone, Default)]
struct Paper(Rc<RefCell<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What is printed when these lines are typed, and nothing more.
fn printed(is_there: bool, lines: &[&str]) -> (String, Driver<World>) {
    printed_in(World { is_there, ..World::default() }, lines)
}

fn printed_in(world: World, lines: &[&str]) -> (String, Driver<World>) {
    let mut driver = Driver::new(world, Texts::english().expect("the words"), None);
    let paper = Paper::default();
    let mut screen = Screen::of_stream(Box::new(paper.clone()));
    let (sender, inputs) = mpsc::channel();
    for line in lines {
        sender.send(ConsoleInput::Line(Line::new(line))).expect("it is inputs");
    }
    sender.send(ConsoleInput::End).expect("it is inputs");
    run_on(&mut driver, &mut screen, &inputs).expect("paper takes everything");
    let text = String::from_utf8(paper.0.borrow().clone()).expect("text");
    (text, driver)
}

#[test]
fn a_problem_is_printed_and_the_end_of_input_ends_it() {
    let (text, driver) = printed(false, &[]);
    assert!(text.contains("There is a problem") && text.contains("! The service does not answer."), "{text}");
    assert!(text.contains("Enter: Try again") && text.contains("?: Get help"), "{text}");
    assert_eq!(farewell(&driver), ["You have stopped. You can come back."]);
}

#[test]
fn help_opens_and_what_is_unknown_is_said() {
    let (text, _) = printed(false, &["?", "hello", "99", "b", "q"]);
    assert!(text.contains("Help with this page") && text.contains("?: Close help"), "{text}");
    assert_eq!(text.matches("There is nothing with that name here.").count(), 3, "{text}");
}

#[test]
fn a_number_selects_and_closes() {
    let (text, driver) = printed(false, &["1"]);
    assert!(text.contains("[1] Close"), "{text}");
    assert!(driver.closed());
}

/// The lines that lead to the square code.
fn way_to_the_code() -> Vec<String> {
    let code = EnrolmentCode::from_entropy(&[5; 64]).expect("a code").printed().to_string();
    // Twice Next; the code; it is me; iPhone, Next; the app, Next; the account, Next.
    ["", "", &code, "", "1", "", "", ""].map(str::to_owned).to_vec()
}

fn code_of_the_app() -> String {
    let app = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_skew(0)
        .with_secret([SAMPLE_BYTE; SECRET_BYTES])
        .build_noncompliant();
    app.generate(NOW.secs().unsigned_abs()).to_string()
}

#[test]
fn the_way_is_walked_to_the_end_and_what_is_typed_is_not_printed() {
    let code = code_of_the_app();
    let mut lines = way_to_the_code();
    // Shows the key; Next; a wrong code, too short; the right one, Next; a number that is none, then one; Call me, Next;
    // Send.
    lines
        .extend(["1", "", "12345", code.as_str(), "", "0770", "07700 900123", "", "", ""].map(str::to_owned));
    let typed: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (text, driver) = printed(true, &typed);
    assert_eq!(driver.view().page, Page::Done, "{text}");
    assert!(text.contains("[1] iPhone") && text.contains("[1] iPhone (selected)"), "{text}");
    assert!(text.contains("Key: A4DQ OBYH"), "{text}");
    assert!(text.contains("! The code must be 6 digits."), "{text}");
    for said in ["It showed the right digits.", "You answered and pressed the right digits."] {
        assert_eq!(text.matches(said).count(), 1, "each success is read before Next: {text}");
    }
    assert!(text.contains("Your number: 07700 900123"), "{text}");
    assert!(text.contains("! This number is too short."), "{text}");
    assert!(!text.contains(&code) && !text.contains("12345"), "{text}");
    assert!(!text.contains(way_to_the_code()[2].as_str()), "{text}");
    let last = farewell(&driver);
    assert_eq!(last[0], "Your sign-in security is set up.");
    let label = "Your reference, if you ask IT for help: ";
    assert!(
        last[1].starts_with(label) && last[1].len() == label.len() + reference().grouped().len(),
        "{last:?}"
    );
}

#[test]
fn what_comes_to_the_same_is_printed_again_whenever_the_person_did_something() {
    let mut lines = way_to_the_code();
    // A wrong code twice; the right one, Next; the number, its call, Next; then Send twice on a disk without room, which
    // says so before anybody has looked.
    let code = code_of_the_app();
    lines
        .extend(["", "12345", "12345", code.as_str(), "", "07700 900123", "", "", "", ""].map(str::to_owned));
    let typed: Vec<&str> = lines.iter().map(String::as_str).collect();
    let world = World { is_there: true, has_no_room: true, ..World::default() };
    let (text, _) = printed_in(world, &typed);
    // Above the page, and beside the field.
    assert_eq!(text.matches("! The code must be 6 digits.").count(), 2 * 2, "{text}");
    assert_eq!(text.matches("! This computer has no room left.").count(), 2, "{text}");
}

#[test]
fn enter_does_not_end_a_call_that_rings_and_a_number_does() {
    let code = code_of_the_app();
    let mut lines = way_to_the_code();
    // The right code, Next; Call me; Enter while it rings; another number.
    lines.extend(["", code.as_str(), "", "07700 900123", "", "", "1"].map(str::to_owned));
    let typed: Vec<&str> = lines.iter().map(String::as_str).collect();
    let world = World { is_there: true, keeps_ringing: true, ..World::default() };
    let (text, driver) = printed_in(world, &typed);
    assert!(text.contains("[1] Use another number"), "{text}");
    assert_eq!(text.matches("You cannot select this now.").count(), 1, "{text}");
    assert_eq!(driver.view().page, Page::YourPhoneNumber, "{text}");
}

#[test]
fn the_digits_to_press_and_help_are_printed_while_the_phone_rings() {
    let code = code_of_the_app();
    let mut lines = way_to_the_code();
    // The right code, Next; Call me; then help, and no help.
    lines.extend(["", code.as_str(), "", "07700 900123", "", "?", "?", "q"].map(str::to_owned));
    let typed: Vec<&str> = lines.iter().map(String::as_str).collect();
    let world = World { is_there: true, keeps_ringing: true, ..World::default() };
    let (text, _) = printed_in(world, &typed);
    assert_eq!(text.matches("Digits to press: 47").count(), 3, "{text}");
    assert_eq!(text.matches("Help with this page").count(), 1, "{text}");
}

#[test]
fn the_printed_code_carries_the_secret() {
    let lines = way_to_the_code();
    let typed: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (text, driver) = printed(true, &typed);
    assert_eq!(driver.view().page, Page::ScanTheCode, "{text}");
    assert!(text.contains(page_text(&driver).as_str()));
    let is_code =
        |line: &str| line.chars().count() > 20 && line.chars().all(|character| " █▀▄".contains(character));
    let all: Vec<&str> = text.lines().collect();
    let end = all.iter().rposition(|line| is_code(line)).expect("a code") + 1;
    let start = all[..end].iter().rposition(|line| !is_code(line)).map_or(0, |at| at + 1);
    let rows: Vec<_> = all[start..end].iter().map(|row| Zeroizing::new((*row).to_owned())).collect();
    let link = qr::tests::decoded(&rows, false);
    assert!(
        link.starts_with(
            "otpauth://totp/Oaktree%20Learning%20Trust:s.sample%40oaktree.example?secret=A4DQOBYH"
        ),
        "{link}"
    );
}

#[test]
fn words_under_a_drawing_are_printed_only_where_they_count_without_it() {
    let texts = Texts::english().expect("the words");
    let look = Look::of_stream();
    let printed = |walk: &Walk| {
        let page = draw::page(&walk.view(), &Keeper::default(), &texts, &look);
        page.rows.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join("\n")
    };
    let mut walk = Walk::to(Page::AnswerTheCall);
    walk.on(Event::Next);
    walk.on(Event::CallMoved(walk.last_attempt(), CallStage::Answered));
    let keypad = printed(&walk);
    assert!(keypad.contains("Open the keypad if it is hidden"), "{keypad}");
    let digits = printed(&Walk::to(Page::TestIt));
    assert!(digits.contains("Find the 6 digits") && !digits.contains("only an example"), "{digits}");
}
