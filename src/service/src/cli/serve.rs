//! `serve`: until the system says stop.

use std::io::Write;
use std::path::Path;

use clap::Args;

use super::key::print_new_keys;
use super::policy_warnings::{left_of_example, nested_networks, past_go_live};
use super::{Failure, runtime};
use crate::config::{Settings, policy_from};
use domain::Policy;

use crate::process;
use crate::server::{self, StartError, TlsReloader};
use engine::{OpenError, system_clock};
use store::StoreError;
use vault::Keys;

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// On a first start: make the key file when there is none. Keep it apart from the data, and never lose it.
    #[arg(long)]
    make_keys: bool,
    /// Log one JSON object a line.
    #[arg(long)]
    log_json: bool,
    /// Check settings, policy, keys, certificate, line and store as a start does, say what was found, and change
    /// nothing.
    #[arg(long, conflicts_with = "make_keys")]
    check_config: bool,
}

impl Serve {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { make_keys, log_json, check_config } = self;
        process::start_log(log_json);
        let settings = Settings::load(config)?;
        for warning in &settings.old_names {
            tracing::warn!("{warning}");
        }
        process::warn_of_few_open_files(settings.flood.connections);
        let policy = policy_from(&settings.policy)?;
        if !check_config {
            for warning in nested_networks(&policy) {
                tracing::warn!("{warning}");
            }
        }
        let folder = settings.store_folder();
        let outside = Some(folder.as_path());
        if check_config {
            return check(&settings, &policy, Keys::load(&settings.keys, outside)?, out);
        }
        let keys = if make_keys && !settings.keys.exists() {
            let keys = Keys::create(&settings.keys, outside, system_clock()())?;
            print_new_keys(&settings, out)?;
            keys
        } else {
            Keys::load(&settings.keys, outside)?
        };
        runtime()?.block_on(async {
            // Before anything else, so that a signal during the start is not lost.
            let stop = Signals::new()?;
            let running = server::start_with(&settings, keys, policy).await?;
            writeln!(out, "Serving at {}", running.url())?;
            writeln!(out, "Assistants pin it with --server-key {}", running.identity_key)?;
            out.flush()?;
            let keys = settings.keys.display();
            tracing::info!(address = %running.address, identity = %running.identity_key, %keys, "serving");
            let reloader = running.tls_reloader();
            running.run_until(stop.wait(reloader)).await?;
            tracing::info!("stopped");
            Ok(())
        })
    }
}

fn check(settings: &Settings, policy: &Policy, keys: Keys, out: &mut dyn Write) -> Result<(), Failure> {
    runtime()?.block_on(async {
        server::check(settings, policy)?;
        writeln!(out, "Settings, policy and keys are right.")?;
        for warning in &settings.old_names {
            writeln!(out, "{warning}.")?;
        }
        if let Some(last) = server::certificate_ends_soon(settings) {
            writeln!(out, "The certificate ends on {last}: renew it before.")?;
        }
        for host in server::hosts_without_certificate(settings) {
            writeln!(
                out,
                "The certificate does not name {host}, which is in hosts: assistants that come without a proxy refuse it."
            )?;
        }
        for warning in left_of_example(policy)?.into_iter().chain(nested_networks(policy)) {
            writeln!(out, "{warning}.")?;
        }
        let now = system_clock()();
        if settings.store_file().is_some_and(|file| !file.exists()) {
            write_line(out, past_go_live(policy, None, now))?;
            return Ok(writeln!(out, "There is no store yet: serve makes it.")?);
        }
        let service = match server::open_existing(settings, keys).await {
            Err(StartError::Open(OpenError::NeverServed | OpenError::Store(StoreError::Tables))) => {
                write_line(out, past_go_live(policy, None, now))?;
                return Ok(writeln!(
                    out,
                    "The store's tables are not those of this version: serve makes them."
                )?);
            }
            opened => opened?,
        };
        server::check_line(settings, &service).await?;
        let serial = service.policy_document().serial;
        let active = service.policy();
        write_line(out, past_go_live(policy, Some(&active), now))?;
        let is_same = *active == *policy;
        service.store().close().await;
        let change = if is_same { "the same" } else { "another: serve makes this one active" };
        Ok(writeln!(
            out,
            "The store opens with these keys. The active policy, serial {serial}, is {change}."
        )?)
    })
}

fn write_line(out: &mut dyn Write, line: Option<String>) -> Result<(), Failure> {
    match line {
        Some(line) => Ok(writeln!(out, "{line}.")?),
        None => Ok(()),
    }
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    reload: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            reload: signal(SignalKind::hangup())?,
        })
    }

    async fn wait(mut self, reloader: TlsReloader) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.reload.recv() => match reloader.reload() {
                    Ok(true) => tracing::info!("certificate and key were read again"),
                    Ok(false) => tracing::warn!("nothing to read again: there is no [tls] in the settings"),
                    Err(error) => tracing::error!(%error, "the old certificate stays in use"),
                },
            }
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn wait(self, _reloader: TlsReloader) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
