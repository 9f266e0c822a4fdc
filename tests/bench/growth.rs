//! Growth: signing in, accepting and verifying with a thousand and with a million people in the store, on both databases.
//! The two are asked in turn, so that whatever else this computer does meets both alike.
//!
//! Not here: the crowd (`crowd`), and how the databases carry out each statement (`store/plans.rs`, a test).

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use engine::system_clock;
use protocol::{SignInResponse, paths};
use service::config::{Settings, policy_from};
use service::server;
use store::testing::Postgres;
use tests::line::{Line, post};
use tests::needs::wait_for;
use tests::people::{Begun, begun};
use tests::service::Service;
use vault::Keys;

use crate::crowd::{Database, fill};
use crate::report::{Report, ms, quantile};

const FEW: u32 = 1_000;
const MANY: u32 = 1_000_000;

/// Both services are started anew so often: where the system happens to put a process can cost it milliseconds.
const STARTS: usize = 5;

/// After a start the two take so many turns, of so many people each; of those before them nothing is measured.
const TURNS: usize = 6;
const IN_A_TURN: usize = 20;
const WARM_UP: usize = 20;

/// LiveEffects people among the others, who are asked about.
const REAL: usize = STARTS * (WARM_UP + TURNS * IN_A_TURN);

const MOST: f64 = 1.3;

/// Does all of it.
pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let postgres = Postgres::start(true)?;
    for (name, is_postgres) in [("SQLite", false), ("PostgreSQL", true)] {
        report.part(&format!(
            "Growth on {name}: {} people each, by one client, the two stores in turn",
            STARTS * TURNS * IN_A_TURN
        ));
        let start = |people| {
            let store = if is_postgres { postgres.database()? } else { "sqlite".to_owned() };
            Side::make(&runtime, report, &store, people)
        };
        let mut sides = [start(FEW)?, start(MANY)?];
        for _ in 0..STARTS {
            for side in &mut sides {
                side.start_again();
            }
            runtime.block_on(turns(&mut sides))?;
        }
        for Side { people, deleting, .. } in &sides {
            report.figure(
                &format!("from a start until the daily deletion is done, {people} people"),
                ms(*deleting),
            );
        }
        let [few, many] = &sides;
        for (number, what) in
            ["a sign-in", "an enrolment accepted", "a code verified"].into_iter().enumerate()
        {
            let [few, many] = [few, many].map(|side| &side.times[number]);
            let [few, many] = [few, many].map(|times| [quantile(times, 0.5), quantile(times, 0.99)]);
            let ratio = many[0].as_secs_f64() / few[0].as_secs_f64();
            report.target(
                &format!("{what} (p50), a million over a thousand"),
                format!("{} over {}, {ratio:.2}x", ms(many[0]), ms(few[0])),
                format!("{MOST}x"),
                ratio <= MOST,
            );
            report.figure(&format!("{what} (p99)"), format!("{} over {}", ms(many[1]), ms(few[1])));
        }
    }
    Ok(())
}

/// Both, again and again; whoever is asked first finds the disk as the other one left it.
async fn turns(sides: &mut [Side; 2]) -> anyhow::Result<()> {
    for side in &mut *sides {
        let measured = side.times.clone();
        side.turn(WARM_UP).await?;
        side.times = measured;
    }
    for turn in 0..TURNS {
        for place in [turn % 2, (turn + 1) % 2] {
            sides[place].turn(IN_A_TURN).await?;
        }
    }
    Ok(())
}

/// One store with its service.
struct Side {
    service: Service,
    people: u32,
    key: String,
    /// The last start's daily deletion.
    deleting: Duration,
    waiting: Vec<Begun>,
    /// Signing in, accepting, verifying.
    times: [Vec<Duration>; 3],
}

impl Side {
    /// Makes a store. Nothing serves it yet.
    fn make(
        runtime: &tokio::runtime::Runtime,
        report: &Report,
        store: &str,
        people: u32,
    ) -> anyhow::Result<Self> {
        let mut service = Service::start_with(&format!("store = {store:?}\n[flood]\nper_second = 0"), &[]);
        let key = service.add_client("Remote desktop");
        service.stop();
        let database = if store == "sqlite" {
            Database::Sqlite(service.data().join("enrol.sqlite"))
        } else {
            Database::Postgres(store.to_owned())
        };
        let (real, begun) = (u32::try_from(REAL)?, Instant::now());
        let now = system_clock()().millis();
        let size = runtime.block_on(fill(&database, people.saturating_sub(real), now))?;
        let filled = format!("{} MiB, filled in {:.0} s", size / 1024 / 1024, begun.elapsed().as_secs_f64());
        report.figure(&format!("a store of {people} people"), filled);
        let waiting = runtime.block_on(real_people(service.home()))?;
        let times = [const { Vec::new() }; 3];
        Ok(Self { service, people, key, deleting: Duration::ZERO, waiting, times })
    }

    /// Stops what serves it, and starts that again.
    fn start_again(&mut self) {
        if !self.service.running().has_ended() {
            self.service.stop();
        }
        let begun = Instant::now();
        self.service.start_again(&[]);
        // What a start sets going would be measured, too.
        wait_for("the daily deletion", 300, || {
            self.service.said().contains("what was kept long enough is deleted").then_some(())
        });
        self.deleting = begun.elapsed();
    }

    /// So many people enrol and sign in, one after the other.
    async fn turn(&mut self, people: usize) -> anyhow::Result<()> {
        let mut line = Line::to(self.service.address(), None).await?;
        let host = self.service.address().to_string();
        for _ in 0..people {
            let person = self.waiting.pop().context("somebody who waits")?;
            let [sign_ins, enrolments, codes] = &mut self.times;
            let request = post(&host, paths::SIGN_IN, None, &serde_json::to_string(&person.sign_in)?);
            let answer = timed(&mut line, &request, sign_ins, "grant").await?;
            let answer: SignInResponse = serde_json::from_str(&answer)?;
            let ready = person.signed_in(&answer, system_clock()());
            let request = post(&host, paths::ENROLMENTS, None, &serde_json::to_string(&ready.submission)?);
            timed(&mut line, &request, enrolments, "signature").await?;
            let (name, code) = (&ready.sign_in_name, ready.next_code(system_clock()()));
            let body = format!(r#"{{"sign_in_name":"{name}","code":"{code}","address":"203.0.113.9"}}"#);
            let request = post(&host, paths::VERIFY, Some(&self.key), &body);
            timed(&mut line, &request, codes, r#""outcome":"accepted""#).await?;
        }
        Ok(())
    }
}

async fn timed(
    line: &mut Line,
    request: &[u8],
    times: &mut Vec<Duration>,
    sign: &str,
) -> anyhow::Result<String> {
    let begun = Instant::now();
    let answer = line.ask(request).await?;
    times.push(begun.elapsed());
    anyhow::ensure!(answer.status == 200 && answer.body.contains(sign), "{}", answer.body);
    Ok(answer.body)
}

/// Those who are measured, each with a code from IT.
async fn real_people(home: &Path) -> anyhow::Result<Vec<Begun>> {
    let settings = Settings::load(&home.join("service.toml"))?;
    let keys = Keys::load(&settings.keys, Some(&settings.data))?;
    let service = Arc::new(server::open(&settings, keys, policy_from(&settings.policy)?).await?);
    let people = begun(&service, "measured", REAL).await?;
    service.store().close().await;
    Ok(people)
}
