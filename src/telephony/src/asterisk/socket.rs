//! The WebSocket to Asterisk: connects, connects again, hands on what happens, and clears away what nobody knows.
//!
//! Not here: what follows from an event (`leg`).

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use data_encoding::BASE64;
use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use sha1::{Digest as _, Sha1};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, protocol::Role},
};

use super::{Inner, event};

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The first pause before connecting again, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(5)];

/// How often Asterisk is asked whether it is there.
const PING_EVERY: Duration = Duration::from_secs(4);

/// How long it may say nothing at all.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// RFC 6455, section 1.3.
const ACCEPT_SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

type Socket = WebSocketStream<reqwest::Upgraded>;

/// Keeps the connection for ever.
pub(super) async fn keep(inner: Arc<Inner>) {
    let [mut pause, longest] = PAUSES;
    let mut is_told = false;
    loop {
        match timeout(CONNECT_TIMEOUT, connect(&inner)).await {
            Ok(Ok(socket)) => {
                tracing::info!("connected to Asterisk");
                (pause, is_told) = (PAUSES[0], false);
                clear_away(&inner).await;
                inner.is_connected.send_replace(true);
                read(&inner, socket).await;
                inner.is_connected.send_replace(false);
                tracing::warn!("the connection to Asterisk is lost; calls in progress end");
                inner.notify_lost();
            }
            Ok(Err(why)) if !is_told => {
                tracing::warn!(why, "Asterisk is not reached");
                is_told = true;
            }
            Err(_) if !is_told => {
                tracing::warn!("Asterisk does not answer");
                is_told = true;
            }
            Ok(Err(_)) | Err(_) => {}
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

async fn connect(inner: &Inner) -> Result<Socket, &'static str> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|_| "the system gives no random bytes")?;
    let key = BASE64.encode(&random);
    let request = inner.rest.events(&inner.settings.application);
    let request = request.header(CONNECTION, "Upgrade").header(UPGRADE, "websocket");
    let request = request.header(SEC_WEBSOCKET_VERSION, "13").header(SEC_WEBSOCKET_KEY, &key);
    let answer = request.send().await.map_err(|_| "nothing answers there")?;
    match answer.status().as_u16() {
        101 => {}
        401 | 403 => return Err("the user or password is wrong"),
        _ => return Err("what answers there is no Asterisk"),
    }
    let accept = BASE64.encode(&Sha1::digest(format!("{key}{ACCEPT_SUFFIX}")));
    if answer.headers().get(SEC_WEBSOCKET_ACCEPT).is_none_or(|given| given.as_bytes() != accept.as_bytes()) {
        return Err("what answers there speaks no WebSocket");
    }
    let upgraded = answer.upgrade().await.map_err(|_| "the connection broke off")?;
    Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, None).await)
}

/// Hands on events until the connection is lost.
async fn read(inner: &Inner, mut socket: Socket) {
    let mut pings = tokio::time::interval(PING_EVERY);
    let mut heard_at = Instant::now();
    loop {
        tokio::select! {
            message = socket.next() => {
                heard_at = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => forward(inner, &text),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {}
                }
            }
            _ = pings.tick() => {
                let is_silent = heard_at.elapsed() > LONGEST_SILENCE;
                let ping = socket.send(Message::Ping(Vec::new().into()));
                if is_silent || !matches!(timeout(PING_EVERY, ping).await, Ok(Ok(()))) {
                    return;
                }
            }
        }
    }
}

fn forward(inner: &Inner, text: &str) {
    match event::read(text) {
        Some((channel, event)) => {
            if let Some(call) = inner.lock().get(&channel) {
                let _ = call.send(event);
            }
        }
        None if event::is_replaced(text) => {
            tracing::error!("another service has connected to Asterisk under our application's name");
        }
        None => {}
    }
}

/// Hangs up channels that bear our name and that no call of ours knows: left by us before a crash or a lost connection.
async fn clear_away(inner: &Inner) {
    let Ok(channels) = inner.rest.channels().await else { return };
    let prefix = inner.prefix();
    let orphaned: Vec<String> = {
        let calls = inner.lock();
        let is_orphaned = |id: &String| id.starts_with(&prefix) && !calls.contains_key(id);
        channels.into_iter().filter(is_orphaned).collect()
    };
    if !orphaned.is_empty() {
        tracing::warn!(count = orphaned.len(), "calls left on Asterisk from before are hung up");
    }
    for channel in orphaned {
        let is_gone = inner.rest.hang_up(&channel).await;
        if let (true, Some(call)) = (is_gone, inner.call_of(&channel)) {
            inner.orphaned.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        }
    }
}
