//! The service under load, as a process of its own: enrolments accepted and codes verified, on both stores.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use engine::{Calling, Service, system_clock};
use protocol::paths;
use service::config::{Settings, policy_from};
use service::server;
use store::testing::Postgres;
use store::{Store, StoreOptions};
use tests::programs::Running;
use vault::Keys;

use crate::load::{Outcome, Request, send};
use crate::report::{Report, mib, ms, quantile};
use crate::{SERVE, disk};
use tests::people::{Ready, ready};
use tests::processes::{peak_memory, processor_time, resident_memory};

/// People who enrol one after another, and by sixteen clients at once.
const ALONE: usize = 500;
const TOGETHER: usize = 3000;
const CLIENTS: usize = 16;

/// Requests before anything is measured.
const WARM_UP: usize = 100;

const MOST_BYTES: u64 = 40 * 1024 * 1024;

/// Does all of it.
pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let bare = runtime.block_on(disk::commits(folder.path(), 2000))?;
    report.part("The disk: bare SQLite commits of one row, each fsynced, one after another");
    let whole: Duration = bare.iter().sum();
    let bare_p50 = quantile(&bare, 0.5);
    report.figure("commits", line(&Outcome { whole, times: bare }));

    let grouped = run(&runtime, "sqlite", None)?;
    print(report, "The service on SQLite, up to 128 writes a commit", &grouped);
    let more = grouped.alone.enrolments.p50().saturating_sub(bare_p50);
    report.target(
        "an enrolment alone, over a bare commit (p50)",
        format!("+{}", ms(more)),
        "+2 ms",
        more <= Duration::from_millis(2),
    );
    targets(report, &grouped);

    let single = run(&runtime, "sqlite", Some(1))?;
    print(report, "The service on SQLite, one write a commit", &single);
    let gain = grouped.together.enrolments.outcome.rate() / single.together.enrolments.outcome.rate();
    let gain_text = format!("{gain:.2}x");
    report.target("enrolments of 16 clients, 128 over 1 a commit", gain_text, "1.5x", gain >= 1.5);

    let postgres = Postgres::start(true)?;
    let on_postgres = run(&runtime, &postgres.database()?, None)?;
    print(
        report,
        "The service on PostgreSQL, which groups commits itself (its own processor time not counted)",
        &on_postgres,
    );
    targets(report, &on_postgres);
    Ok(())
}

/// Serves the settings of a folder with so many writes a commit, until standard input ends.
pub(crate) fn serve(home: &Path, batch: usize) -> anyhow::Result<()> {
    service::process::harden();
    service::process::start_log(false);
    let settings = Settings::load(&home.join("service.toml"))?;
    let keys = Keys::load(&settings.keys, Some(&settings.data))?;
    let policy = policy_from(&settings.policy)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let options = StoreOptions { batch, ..StoreOptions::default() };
        let store = Store::open(&settings.store_url(), &options).await?;
        let service = Service::open_on(store, keys, policy, system_clock(), Calling::Nothing).await?;
        let running = server::serve(&settings, Arc::new(service)).await?;
        #[expect(clippy::print_stdout, reason = "whoever started it waits for this")]
        {
            println!("Serving at {}", running.url());
        }
        std::future::pending::<()>().await;
        drop(running);
        Ok(())
    })
}

struct Figures {
    alone: Pair,
    together: Pair,
    resident: u64,
    peak: u64,
}

struct Pair {
    enrolments: Load,
    codes: Load,
}

struct Load {
    outcome: Outcome,
    processor: Duration,
}

impl Load {
    fn p50(&self) -> Duration {
        quantile(&self.outcome.times, 0.5)
    }

    /// Of the service, for each request.
    fn processor_each(&self) -> Duration {
        self.processor / u32::try_from(self.outcome.times.len()).unwrap_or(u32::MAX)
    }
}

/// A fresh service on a store; `batch` where it is not the usual one.
fn run(runtime: &tokio::runtime::Runtime, store: &str, batch: Option<usize>) -> anyhow::Result<Figures> {
    let mut service =
        tests::service::Service::start_with(&format!("store = {store:?}\n[flood]\nper_second = 0"), &[]);
    service.stop();
    let groups = [("warm", WARM_UP), ("alone", ALONE), ("together", TOGETHER)];
    let (key, [warm, alone, together]) = runtime.block_on(prepare(service.home(), groups))?;
    let (process, address, _running) = if let Some(batch) = batch {
        let mut command = Command::new(std::env::current_exe()?);
        let mut running = Running::start(command.arg(SERVE).arg(service.home()).arg(batch.to_string()));
        let said = running.line_with("Serving at http://");
        let address = said.rsplit('/').next().context("an address")?.trim().parse()?;
        (running.id(), address, Some(running))
    } else {
        service.start_again(&[]);
        (service.running().id(), service.address(), None)
    };
    let target = Target { process, address, key };
    runtime.block_on(async {
        target.pair(&warm, 2).await?;
        let alone = target.pair(&alone, 1).await?;
        let together = target.pair(&together, CLIENTS).await?;
        Ok(Figures { alone, together, resident: resident_memory(process)?, peak: peak_memory(process)? })
    })
}

/// Opens the store as a library, for a relying party's key and for people.
async fn prepare<const N: usize>(
    home: &Path,
    groups: [(&str, usize); N],
) -> anyhow::Result<(String, [Vec<Ready>; N])> {
    let settings = Settings::load(&home.join("service.toml"))?;
    let keys = Keys::load(&settings.keys, Some(&settings.data))?;
    let policy = policy_from(&settings.policy)?;
    let service = Arc::new(server::open(&settings, keys, policy).await?);
    let key = service.add_client("Remote desktop", &[], "bench").await?.key.to_string();
    let mut people = Vec::with_capacity(N);
    for (name, count) in groups {
        people.push(ready(&service, name, count).await?);
    }
    service.store().close().await;
    Ok((key, people.try_into().ok().context("as many as were asked for")?))
}

struct Target {
    process: u32,
    address: SocketAddr,
    key: String,
}

impl Target {
    /// All enrol, then all sign in.
    async fn pair(&self, people: &[Ready], clients: usize) -> anyhow::Result<Pair> {
        let Self { process: _, address, key } = self;
        let mut posts = Vec::with_capacity(people.len());
        for person in people {
            let body = serde_json::to_string(&person.submission)?;
            posts.push(Request::post(*address, paths::ENROLMENTS, None, &body));
        }
        let enrolments = self.load(posts, clients, "signature").await?;
        let now = system_clock()();
        let questions = people.iter().map(|person| {
            let (name, code) = (&person.sign_in_name, person.next_code(now));
            let body = format!(r#"{{"sign_in_name":"{name}","code":"{code}","address":"203.0.113.9"}}"#);
            Request::post(*address, paths::VERIFY, Some(key), &body)
        });
        let codes = self.load(questions.collect(), clients, r#""outcome":"accepted""#).await?;
        Ok(Pair { enrolments, codes })
    }

    async fn load(&self, requests: Vec<Request>, clients: usize, sign: &'static str) -> anyhow::Result<Load> {
        let before = processor_time(self.process)?;
        let outcome = send(self.address, requests, clients, sign).await?;
        Ok(Load { outcome, processor: processor_time(self.process)?.saturating_sub(before) })
    }
}

fn print(report: &Report, part: &str, figures: &Figures) {
    report.part(part);
    for (clients, pair) in [("1 client", &figures.alone), ("16 clients", &figures.together)] {
        for (what, load) in [("enrolments accepted", &pair.enrolments), ("codes verified", &pair.codes)] {
            let text = format!("{}, processor {} each", line(&load.outcome), ms(load.processor_each()));
            report.figure(&format!("{what}, {clients}"), text);
        }
    }
    report.figure("peak resident memory", mib(figures.peak));
}

fn targets(report: &mut Report, figures: &Figures) {
    let Figures { alone, together, resident, peak: _ } = figures;
    let p99 = quantile(&together.codes.outcome.times, 0.99);
    report.target("a code under load (p99)", ms(p99), "20 ms", p99 < Duration::from_millis(20));
    let each = alone.enrolments.processor_each().max(together.enrolments.processor_each());
    let met = each <= Duration::from_millis(2);
    report.target("processor for an enrolment (the larger)", ms(each), "2 ms", met);
    let each = alone.codes.processor_each().max(together.codes.processor_each());
    let met = each <= Duration::from_micros(500);
    report.target("processor for a code (the larger)", ms(each), "0.5 ms", met);
    report.target("resident memory after the load", mib(*resident), "40 MiB", *resident <= MOST_BYTES);
}

fn line(outcome: &Outcome) -> String {
    let (p50, p99) = (quantile(&outcome.times, 0.5), quantile(&outcome.times, 0.99));
    format!("{:.0}/s, p50 {}, p99 {}", outcome.rate(), ms(p50), ms(p99))
}
