//! The service as a process, with a practice phone that a scenario has planned: what `enrol-service serve` does, but with
//! its phone answering as the file `phone` beside the settings says. Says each ring: three digits, and calls at once.
//!
//! Not here: any rule of the service; all of it is the library's own. The program that ships has no such phone.
//!
//! The file: `pace 20` (milliseconds to answer, and again to press), then lines of three last digits, or `*` for all
//! others, and what the phone does call after call; the last word counts for every later call.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use anyhow::{Context as _, bail};
use engine::{Calling, Pace, system_clock};
use service::config::{Settings, policy_from};
use service::{process, server};
use telephony::{Behaviour, Line, Pace as Speed, PracticeCall, PracticeLine, PracticePhone, PracticeStage};
use tokio::signal::unix::{SignalKind, signal};
use vault::Keys;

/// As in the program that ships.
#[global_allocator]
static ALLOCATOR: platform::WipingAllocator<std::alloc::System> =
    platform::WipingAllocator(std::alloc::System);

fn main() -> anyhow::Result<()> {
    process::harden();
    process::start_log(false);
    let file = std::env::args_os().skip_while(|argument| argument != "--config").nth(1);
    let file = PathBuf::from(file.context("--config FILE")?);
    let settings = Settings::load(&file)?;
    let (folder, policy) = (settings.store_folder(), policy_from(&settings.policy)?);
    let keys = if settings.keys.exists() {
        Keys::load(&settings.keys, Some(&folder))?
    } else {
        Keys::create(&settings.keys, Some(&folder), system_clock()())?
    };
    let calls = settings.calls.as_ref().context("[calls]")?;
    let pace = Pace { max_calls: calls.max_calls, calls_per_second: calls.calls_per_second };
    let phone = phone(&file.with_file_name("phone"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(domain::wipe_stack)
        .build()?;
    runtime.block_on(async {
        let mut stop = signal(SignalKind::terminate())?;
        let line = Line::Practice(PracticeLine::new(phone));
        let running =
            server::start_calling(&settings, keys, policy, Calling::Line(Arc::new(line), pace)).await?;
        say(&format!("Serving at {}", running.url()));
        say(&format!("Assistants pin it with --server-key {}", running.identity_key));
        running
            .run_until(async move {
                let _ = stop.recv().await;
            })
            .await?;
        Ok(())
    })
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The phone that does what a file says.
fn phone(file: &Path) -> anyhow::Result<PracticePhone> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let (mut think, mut plans) = (Duration::ZERO, HashMap::new());
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("pace") => think = Duration::from_millis(words.next().context("pace")?.parse()?),
            Some(digits) => {
                let plan = words.map(behaviour).collect::<anyhow::Result<Vec<_>>>()?;
                plans.insert(digits.to_owned(), plan);
            }
            None => {}
        }
    }
    let (whole, rung) = (Arc::new(OnceLock::<PracticePhone>::new()), Mutex::new(HashMap::new()));
    let pace = Speed { word: Duration::ZERO, answer: think, think };
    let seen = Arc::clone(&whole);
    let phone = PracticePhone::by_itself(pace, move |call: &PracticeCall| {
        let number = {
            let Ok(mut rung) = rung.lock() else { return Behaviour::ByHand };
            let count: &mut usize = rung.entry(call.last_three.clone()).or_default();
            *count += 1;
            *count - 1
        };
        let is_live = |call: &PracticeCall| call.stage != PracticeStage::Over;
        let live = seen.get().map_or(0, |phone| phone.calls().into_iter().filter(is_live).count());
        say(&format!("rang {} at once {live}", call.last_three));
        let plan = plans.get(&call.last_three).or_else(|| plans.get("*"));
        plan.and_then(|plan| plan.get(number).or(plan.last())).cloned().unwrap_or(Behaviour::RightKeys)
    });
    let _ = whole.set(phone.clone());
    Ok(phone)
}

fn behaviour(word: &str) -> anyhow::Result<Behaviour> {
    Ok(match word {
        "right" => Behaviour::RightKeys,
        "wrong-then-right" => Behaviour::WrongThenRight,
        "wrong" => Behaviour::WrongKeys,
        "nobody" => Behaviour::ByHand,
        "voicemail" => Behaviour::Voicemail,
        "hangs-up" => Behaviour::HangsUp,
        "busy" => Behaviour::Busy,
        "unreached" => Behaviour::NotReached,
        "dies" => Behaviour::LineDies,
        _ => match word.strip_prefix("keys:") {
            Some(keys) => Behaviour::Keys(keys.to_owned()),
            None => bail!("{word}: a phone does nothing of this name"),
        },
    })
}
