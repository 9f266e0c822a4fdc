//! Properties that hold for every sequence of events.

use proptest::prelude::*;

use super::table::{events, events_now, open_attempt};
use super::*;

/// One step of a random walk.
#[derive(Debug, Clone)]
enum Move {
    /// A step forward, with every effect successful: so that walks reach later pages.
    Forward,
    /// The n-th event of the table, for the open attempt.
    Timely(usize),
    /// The n-th of those events that change something now: so that walks reach pages beside the way.
    Telling(usize),
    /// The n-th event of the table, for another attempt.
    Stale(usize, u32),
}

fn random_walk() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => Just(Move::Forward),
        3 => any::<usize>().prop_map(Move::Timely),
        1 => any::<usize>().prop_map(Move::Telling),
        1 => (any::<usize>(), 0..60_u32).prop_map(|(event, attempt)| Move::Stale(event, attempt)),
    ];
    // Some walks begin at a later page: few would reach it by themselves.
    (0..16_usize, prop::collection::vec(one, 0..120))
        .prop_map(|(steps, rest)| [vec![Move::Forward; steps], rest].concat())
}

fn resume() -> impl Strategy<Value = Option<Page>> {
    prop::option::of(prop::sample::select(vec![
        Page::Starting,
        Page::WhoAreYou,
        Page::IsThisYou,
        Page::GetTheApp,
        Page::ScanTheCode,
        Page::TestIt,
        Page::YourPhoneNumber,
        Page::CheckAndSend,
        Page::Done,
        Page::CouldNotFinish,
    ]))
}

impl Walk {
    /// Takes one step. Returns its event, or `None` for a step forward, which is several events.
    fn make(&mut self, one: &Move) -> Option<Event> {
        let (event, all) = match one {
            Move::Forward => {
                self.forward();
                return None;
            }
            Move::Timely(event) => (*event, events_now(&self.journey)),
            Move::Telling(event) => (*event, self.telling_events()),
            Move::Stale(event, attempt) => (*event, events(Attempt(*attempt), Attempt(*attempt))),
        };
        let event = all.get(event % all.len().max(1))?.1.clone();
        self.on(event.clone());
        Some(event)
    }

    /// The events that change something now.
    fn telling_events(&self) -> Vec<(&'static str, Event)> {
        let tells = |event: &Event| {
            let (after, effects) = self.journey.clone().on(event.clone(), NOW);
            after != self.journey || !effects.is_empty()
        };
        events_now(&self.journey).into_iter().filter(|(_, event)| tells(event)).collect()
    }
}

/// The event of the button that leads to the next page.
fn onward(journey: &Journey) -> Event {
    if journey.page() == Page::IsThisYou { Event::ThisIsMe } else { Event::Next }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_done_means_that_the_policy_is_met(resume in resume(), moves in random_walk()) {
        let mut walk = Walk::new(resume);
        for one in &moves {
            walk.make(one);
            let facts = walk.journey.facts();
            let is_on_its_way = matches!(walk.journey.state(), State::Done { .. } | State::CheckAndSend(_));
            prop_assert!(!is_on_its_way || facts.policy_is_met(), "{:?}", walk.journey.state());
            for effect in &walk.effects {
                if let Effect::SealAndSave { proofs, .. } = effect {
                    prop_assert!(!proofs.is_empty());
                    let stands = |proof: &Proof| match proof {
                        Proof::App(secret) => Some(*secret) == facts.secret,
                        Proof::Call(number) => Some(*number) == facts.number,
                    };
                    prop_assert!(proofs.iter().all(stands));
                }
            }
        }
    }

    #[test]
    fn every_wait_can_be_left(resume in resume(), moves in random_walk()) {
        let mut walk = Walk::new(resume);
        for one in &moves {
            walk.make(one);
            if let Some(attempt) = walk.journey.waiting() {
                let (left, _) = walk.journey.clone().on(Event::TimerElapsed(attempt), NOW);
                prop_assert_eq!(left.waiting(), None);
                let (back, _) = walk.journey.clone().on(Event::Back, NOW);
                prop_assert!(!walk.journey.can_go_back() || back.waiting().is_none());
            }
        }
    }

    #[test]
    fn back_then_next_returns(resume in resume(), moves in random_walk()) {
        let mut walk = Walk::new(resume);
        for one in &moves {
            walk.make(one);
            let here = walk.journey.page();
            let (before, _) = walk.journey.clone().on(Event::Back, NOW);
            prop_assert_eq!(before.page() != here, walk.journey.can_go_back());
            if before.page() != here {
                let event = onward(&before);
                let (again, _) = before.clone().on(event, NOW);
                // A page whose Next starts an effect, or asks the person, stays where it is.
                prop_assert!(again.page() == here || again.page() == before.page(), "{:?} {:?} {:?}", here, before.page(), again.page());
            }
        }
    }

    #[test]
    fn the_secret_never_changes_under_the_person(resume in resume(), moves in random_walk()) {
        let mut walk = Walk::new(resume);
        for one in &moves {
            let before = walk.journey.facts().clone();
            let event = walk.make(one);
            let after = walk.journey.facts();
            if before.secret.is_some() && after.secret != before.secret {
                let is_new_session = matches!(event, Some(Event::StartAgain | Event::NextPerson | Event::NotMe | Event::SignedIn(..)));
                prop_assert!(is_new_session || matches!(one, Move::Forward), "{:?}", event);
                prop_assert_eq!(after.secret, None, "a new one is made on the page that shows it");
                prop_assert!(walk.effects.contains(&Effect::ForgetSecrets) || matches!(one, Move::Forward));
                if !matches!(event, Some(Event::StartAgain | Event::NextPerson)) {
                    let person = |facts: &Facts| facts.signed_in.as_ref().map(|signed_in| signed_in.person.id);
                    prop_assert_ne!(person(&before), person(after), "the same person keeps the secret");
                }
            }
            for effect in &walk.effects {
                prop_assert!(*effect != Effect::MakeSecret || after.secret.is_none());
                if let Effect::JudgeCode { secret, .. } = effect {
                    prop_assert_eq!(after.secret, Some(*secret));
                }
            }
        }
    }

    #[test]
    fn an_answer_to_another_attempt_is_dropped(resume in resume(), moves in random_walk(), stale in 0..200_u32) {
        let mut walk = Walk::new(resume);
        for one in &moves {
            walk.make(one);
        }
        let stale = Attempt(stale);
        prop_assume!(stale != open_attempt(&walk.journey) && Some(stale) != walk.journey.call_under_way());
        for event in [
            Event::PolicyArrived(stale, startup()),
            Event::PolicyFailed(stale, ServiceFault::Unexpected),
            Event::SignedIn(stale, Box::new(zaphod())),
            Event::SignInFailed(stale, SignInFault::Unknown),
            Event::CodeJudged(stale, RIGHT),
            Event::NumberJudged(stale, Ok(NumberId(9))),
            Event::CallMoved(stale, CallStage::Ringing),
            Event::CallEnded(stale, CallEnding::Confirmed),
            Event::CallFailed(stale, CallFault::NoneLeft),
            Event::Saved(stale, reference(9)),
            Event::SaveFailed(stale, SaveFault::Other),
            Event::TimerElapsed(stale),
        ] {
            let (after, effects) = walk.journey.clone().on(event, NOW);
            prop_assert_eq!(&after, &walk.journey);
            prop_assert!(effects.is_empty());
        }
    }

    #[test]
    fn the_furthest_page_only_moves_on(resume in resume(), moves in random_walk()) {
        let mut walk = Walk::new(resume);
        for one in &moves {
            let before = walk.journey.facts().reached;
            let event = walk.make(one);
            let is_new = matches!(event, Some(Event::StartAgain | Event::NextPerson));
            prop_assert!(is_new || walk.journey.facts().reached >= before);
        }
    }
}

#[test]
fn random_walks_reach_every_page() {
    // The control of the properties above: walks that never leave the first page would prove nothing.
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2_000 {
        let moves = random_walk().new_tree(&mut runner).expect("a walk").current();
        let mut walk = Walk::new(None);
        for one in &moves {
            walk.make(one);
            seen.insert(walk.journey.page());
        }
    }
    assert_eq!(seen.len(), 18, "{seen:?}");
}
