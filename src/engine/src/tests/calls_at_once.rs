//! Many calls wanted at once, by several services that share one trunk.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::CallId;
use platform::testing::eventually;
use protocol::CallStep;
use telephony::{
    Behaviour, Line, Pace as Speed, PracticePhone, PracticeStage, ProviderLine, ProviderSettings,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use zeroize::Zeroizing;

use super::called::{Dispatcher, FAST, NUMBER, line, phone, phone_policy, until_stage};
use super::on_both;
use super::world::World;
use crate::{Calling, Clock, Pace, Service};
use store::testing::dump;
use vault::Keys;

const WANTED: usize = 200;

/// A provider that begins every call, takes its time to say so, and never posts.
struct SlowProvider {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl SlowProvider {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let requests = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut read = Vec::new();
                // Each body has its last field within the first kilobytes.
                while !String::from_utf8_lossy(&read).contains("\r\n\r\n")
                    || !read.ends_with(b"completed") && !contains(&read, "TimeLimit=")
                {
                    if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
                        break;
                    }
                }
                requests.lock().expect("whole").push(String::from_utf8_lossy(&read).into_owned());
                tokio::time::sleep(Duration::from_millis(300)).await;
                let body = "{\"sid\":\"CA1\",\"status\":\"queued\"}";
                let head = "HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-type: application/json";
                let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                // The client may have stopped meanwhile.
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { address, asked }
    }

    fn line(&self) -> Calling {
        let settings = ProviderSettings {
            api: format!("http://{}/2010-04-01", self.address),
            account: "AC1".to_owned(),
            secret: Zeroizing::new("secret".to_owned()),
            from: "+441632960002".to_owned(),
            public: "https://mfa.example.org/calls/provider".to_owned(),
        };
        Calling::Line(Arc::new(Line::Provider(ProviderLine::new(settings).expect("a line"))), FAST)
    }

    fn was_asked(&self, what: &str) -> bool {
        self.asked.lock().expect("whole").iter().any(|request| request.contains(what))
    }

    async fn is_asked(&self, what: &str) {
        let is_asked = || async { self.was_asked(what).then_some(()) };
        eventually(&format!("a request with {what}"), 10, is_asked).await;
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(text)
}

on_both! {
    async fn two_hundred_on_ten_lines_are_called_once_each_in_their_order(world: World) {
        let rung: Arc<Mutex<Vec<CallId>>> = Arc::default();
        let speed = Speed { answer: Duration::from_millis(5), ..Speed::AT_ONCE };
        let phone = PracticePhone::by_itself(speed, {
            let rung = Arc::clone(&rung);
            move |call| {
                rung.lock().expect("whole").push(CallId::from_uuid(call.id.0));
                Behaviour::RightKeys
            }
        });
        let busiest = Arc::new(Mutex::new(0));
        let watching = tokio::spawn({
            let (phone, busiest) = (phone.clone(), Arc::clone(&busiest));
            async move {
                let mut changes = phone.changes();
                while changes.changed().await.is_ok() {
                    let now = phone.calls().iter().filter(|call| call.stage != PracticeStage::Over).count();
                    let mut most = busiest.lock().expect("whole");
                    *most = now.max(*most);
                }
            }
        });
        let mut world = world;
        world.service = Arc::new(world.calling(phone_policy(), line(&phone, FAST)).await);
        let other = Arc::new(world.calling(phone_policy(), line(&phone, FAST)).await);
        let world = Arc::new(world);
        let mut asked = Vec::new();
        for place in 0..WANTED {
            let assistant = world.signed_in(&format!("person{place}")).await;
            let (call, _) = world.call(&assistant, &format!("447700900{place:03}")).await.expect("taken");
            asked.push((assistant, call));
        }
        let order: Vec<CallId> = asked.iter().map(|(_, call)| *call).collect();
        let followers: Vec<_> = asked
            .into_iter()
            .map(|(assistant, call)| {
                let world = Arc::clone(&world);
                tokio::spawn(async move { world.followed(&assistant, call).await })
            })
            .collect();
        let dispatchers = [Dispatcher::of(&world.service), Dispatcher::of(&other)];
        let mut places_told = 0;
        for (place, follower) in followers.into_iter().enumerate() {
            let steps = follower.await.expect("followed");
            assert_eq!(steps.last(), Some(&CallStep::Confirmed), "{place}: {steps:?}");
            places_told += usize::from(steps.iter().filter(|step| **step == CallStep::Waiting).count() > 1);
        }
        drop(dispatchers);
        watching.abort();
        // Everybody but the first ten heard how the queue moved on.
        assert!(places_told >= WANTED - 20, "{places_told}");
        let busiest = *busiest.lock().expect("whole");
        assert!((2..=10).contains(&busiest), "{busiest} at once");
        let rung = rung.lock().expect("whole");
        let at: BTreeMap<CallId, usize> = rung.iter().enumerate().map(|(at, call)| (*call, at)).collect();
        assert_eq!((rung.len(), at.len()), (WANTED, WANTED), "no call twice");
        // Two nodes ring side by side, so neighbours may swap; nobody is overtaken by a trunk full.
        for (place, call) in order.iter().enumerate() {
            assert!(at[call].abs_diff(place) <= 20, "{place} was called at {}", at[call]);
        }
    }

    async fn a_long_queue_is_not_written_anew_for_every_call_that_begins(world: World) {
        let pace = Pace { max_calls: 100, calls_per_second: 1 };
        let mut world = world;
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::ByHand), pace)).await);
        let mut last = None;
        for place in 0..30 {
            let assistant = world.signed_in(&format!("person{place}")).await;
            let (call, _) = world.call(&assistant, &format!("447700900{place:03}")).await.expect("taken");
            last = Some((assistant, call));
        }
        let (assistant, call) = last.expect("thirty");
        let told = async || dump(world.service.store()).await.expect("dumps")["call_events"].len();
        let begun = told().await;
        world.service.take_queue_turn(pace).await.expect("turns");
        assert_eq!(told().await - begun, 1 + 10, "the call that begins, and those near the front");
        for _ in 0..2 {
            world.pass_secs(1);
            world.service.take_queue_turn(pace).await.expect("turns");
        }
        let progress = world.service.call_progress(assistant.session(), call, 0).await.expect("one's own");
        let places: Vec<_> = progress.events.iter().map(|event| event.ahead).collect();
        assert_eq!(places, [Some(29), Some(26)], "a tenth is told");
    }

    async fn a_second_has_its_number_of_calls(world: World) {
        let pace = Pace { max_calls: 10, calls_per_second: 2 };
        let mut world = world;
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::Busy), pace)).await);
        for place in 0..5 {
            let assistant = world.signed_in(&format!("person{place}")).await;
            world.call(&assistant, &format!("44770090010{place}")).await.expect("taken");
        }
        for expected in [2, 0, 2, 1] {
            let turned = world.service.take_queue_turn(pace).await.expect("turns");
            assert_eq!(turned.claimed.len(), expected);
            if expected == 2 && turned.load.queued > 0 {
                assert_eq!(turned.next_in_ms, Some(1_000));
            }
            if expected == 0 || turned.load.queued == 1 {
                world.pass_secs(1);
            }
        }
        let load = world.load().await;
        assert_eq!((load.queued, load.on_line), (0, 5));
    }

    async fn a_clock_that_is_set_back_keeps_nobody_from_being_called(world: World) {
        let pace = Pace { max_calls: 10, calls_per_second: 1 };
        let mut world = world;
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::Busy), pace)).await);
        for place in 0..2 {
            let assistant = world.signed_in(&format!("person{place}")).await;
            world.call(&assistant, &format!("44770090010{place}")).await.expect("taken");
        }
        assert_eq!(world.service.take_queue_turn(pace).await.expect("turns").claimed.len(), 1);
        world.pass_secs(-60);
        assert_eq!(world.service.take_queue_turn(pace).await.expect("turns").claimed.len(), 1);
    }

    async fn nodes_whose_clocks_differ_by_half_a_minute_leave_each_others_calls_alone(world: World) {
        let mut world = world;
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::ByHand), FAST)).await);
        let ahead = world.clock();
        let ahead: Clock = Arc::new(move || ahead().plus_secs(30));
        let keys = Keys::load(&world.keys_file(), None).expect("keys");
        let calling = line(&phone(Behaviour::ByHand), FAST);
        let other = Service::open(&world.url, keys, phone_policy(), ahead, calling).await.expect("opens");
        let assistant = world.signed_in("jsmith").await;
        let (call, _) = world.call(&assistant, NUMBER).await.expect("taken");
        assert_eq!(world.service.take_queue_turn(FAST).await.expect("turns").claimed.len(), 1);
        // A moment before its own node says again that it has it.
        world.pass_secs(10);
        other.take_queue_turn(FAST).await.expect("turns");
        let row = world.service.store().read().await.expect("reads").call(call).await.expect("reads");
        assert_eq!(row.expect("there").step, CallStep::Dialling);
    }

    async fn an_end_that_a_late_clock_wrote_reaches_whoever_is_held(world: World) {
        let mut world = world;
        let early = world.clock();
        let early: Clock = Arc::new(move || early().plus_secs(-30));
        let keys = Keys::load(&world.keys_file(), None).expect("keys");
        let calling = line(&phone(Behaviour::RightKeys), FAST);
        let late = Service::open(&world.url, keys, phone_policy(), early, calling).await.expect("opens");
        let _other = Dispatcher::of(&Arc::new(late));
        // It only takes the question, and looks at what the other does.
        let (next, _dispatcher) = world.with_line(phone_policy(), line(&phone(Behaviour::Busy), Pace { max_calls: 0, calls_per_second: 0 })).await;
        world = next;
        let assistant = world.signed_in("jsmith").await;
        let (call, _) = world.call(&assistant, NUMBER).await.expect("taken");
        let begun = std::time::Instant::now();
        assert_eq!(world.followed(&assistant, call).await.last(), Some(&CallStep::Confirmed));
        assert!(begun.elapsed() < Duration::from_secs(8), "only by asking again");
    }

    async fn calls_of_a_node_that_died_end_and_free_their_lines(world: World) {
        let pace = Pace { max_calls: 1, calls_per_second: 1_000 };
        let mut world = world;
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::ByHand), pace)).await);
        let (one, two) = (world.signed_in("one").await, world.signed_in("two").await);
        let (first, _) = world.call(&one, NUMBER).await.expect("taken");
        let (second, _) = world.call(&two, "447700900200").await.expect("taken");
        // It takes the call, and dies before it rings.
        assert_eq!(world.service.take_queue_turn(pace).await.expect("turns").claimed.len(), 1);
        let other = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::RightKeys), pace)).await);
        assert!(other.take_queue_turn(pace).await.expect("turns").claimed.is_empty(), "the line is held");
        world.pass_secs(91);
        let _dispatcher = Dispatcher::of(&other);
        // Told by the other service, so found within its tick.
        assert_eq!(world.followed(&one, first).await, [CallStep::Waiting, CallStep::Dialling, CallStep::Fault]);
        assert_eq!(world.followed(&two, second).await.last(), Some(&CallStep::Confirmed));
        // Should the dead node wake, its call is not its own any more.
        world.service.release_calls().await.expect("nothing to leave");
    }

    async fn a_line_that_no_task_has_is_freed_at_the_next_look(world: World) {
        let pace = Pace { max_calls: 1, calls_per_second: 1_000 };
        let mut world = world;
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::RightKeys), pace)).await);
        let (one, two) = (world.signed_in("one").await, world.signed_in("two").await);
        let (first, _) = world.call(&one, NUMBER).await.expect("taken");
        let (second, _) = world.call(&two, "447700900200").await.expect("taken");
        // As when the store answers neither the turn nor the leaving: the row says ours, and nothing carries it.
        assert_eq!(world.service.take_queue_turn(pace).await.expect("turns").claimed.len(), 1);
        let _dispatcher = Dispatcher::of(&world.service);
        assert_eq!(world.followed(&one, first).await.last(), Some(&CallStep::Fault));
        assert_eq!(world.followed(&two, second).await.last(), Some(&CallStep::Confirmed));
    }

    async fn whoever_ends_a_call_on_another_node_stops_the_phone_there(world: World) {
        let ringing = phone(Behaviour::ByHand);
        let mut world = world;
        let node = Arc::new(world.calling(phone_policy(), line(&ringing, FAST)).await);
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::Busy), FAST)).await);
        let _dispatcher = Dispatcher::of(&node);
        let assistant = world.signed_in("jsmith").await;
        let (call, _) = world.call(&assistant, NUMBER).await.expect("taken");
        until_stage(&ringing, PracticeStage::Ringing).await;
        world.service.end_call(assistant.session(), call).await.expect("ended");
        until_stage(&ringing, PracticeStage::Over).await;
        assert_eq!(world.followed(&assistant, call).await.last(), Some(&CallStep::Cancelled));
        // Both nodes share the store.
        let is_free = || async { (world.load().await.on_line == 0).then_some(()) };
        eventually("a line without calls", 10, is_free).await;
    }

    async fn a_service_that_stops_has_hung_up(world: World) {
        let provider = SlowProvider::start().await;
        let (world, dispatcher) = world.with_line(phone_policy(), provider.line()).await;
        let assistant = world.signed_in("jsmith").await;
        world.call(&assistant, NUMBER).await.expect("taken");
        provider.is_asked("Url=").await;
        drop(dispatcher);
        world.service.release_calls().await.expect("left");
        assert!(provider.was_asked("Status=completed"), "the phone rings on");
    }

    async fn a_service_that_stops_says_so_to_whoever_waits(world: World) {
        let (world, dispatcher) = world.with_phone(Behaviour::ByHand).await;
        let assistant = world.signed_in("jsmith").await;
        let (call, _) = world.call(&assistant, NUMBER).await.expect("taken");
        loop {
            let progress = world.service.call_progress(assistant.session(), call, 2).await.expect("one's own");
            if progress.events.iter().any(|event| event.what == CallStep::Ringing) {
                break;
            }
        }
        drop(dispatcher);
        world.service.release_calls().await.expect("left");
        assert_eq!(world.followed(&assistant, call).await.last(), Some(&CallStep::Fault));
        let load = world.load().await;
        assert_eq!((load.queued, load.on_line), (0, 0));
    }
}
