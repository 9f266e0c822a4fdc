//! The WebSocket to Asterisk (RFC 6455). It connects, connects again, passes events to their calls, and hangs up orphaned
//! calls.

use std::{sync::Arc, time::Duration};

use data_encoding::BASE64;
use futures_util::{SinkExt as _, StreamExt as _};
use platform::Backoff;
use reqwest::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use sha1::{Digest as _, Sha1};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, protocol::Role},
};

use super::{event, shared::Shared, sounds};

/// The time limit for connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The pauses before connecting again: the first and the longest.
const RECONNECT_PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(5)];

/// How often a ping is sent.
const PING_EVERY: Duration = Duration::from_secs(4);

/// After so long without any message the connection counts as lost.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// The fixed text of the handshake (RFC 6455, section 1.3).
const ACCEPT_SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

type Socket = WebSocketStream<reqwest::Upgraded>;

/// Connects for ever. A failure is logged once until the next success.
pub(super) async fn stay_connected(shared: Arc<Shared>) {
    let [first, longest] = RECONNECT_PAUSES;
    let mut backoff = Backoff::new(first, longest);
    let mut is_logged = false;
    loop {
        match timeout(CONNECT_TIMEOUT, connect(&shared)).await {
            Ok(Ok(socket)) => {
                tracing::info!("connected to Asterisk");
                backoff.reset();
                is_logged = false;
                hang_up_orphaned(&shared).await;
                sounds::look_for_all(&shared).await;
                shared.is_connected.send_replace(true);
                read(&shared, socket).await;
                shared.is_connected.send_replace(false);
                tracing::warn!("the connection to Asterisk is lost; calls in progress end");
                shared.notify_lost();
            }
            Ok(Err(why)) if !is_logged => {
                tracing::warn!(why, "Asterisk is not reached");
                is_logged = true;
            }
            Err(_) if !is_logged => {
                tracing::warn!("Asterisk does not answer");
                is_logged = true;
            }
            Ok(Err(_)) | Err(_) => {}
        }
        tokio::time::sleep(backoff.next_pause()).await;
    }
}

async fn connect(shared: &Shared) -> Result<Socket, &'static str> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|_| "the system gives no random bytes")?;
    let key = BASE64.encode(&random);
    let request = shared.rest.events(&shared.settings.application);
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

/// Passes events on until the connection is lost.
async fn read(shared: &Shared, mut socket: Socket) {
    let mut pings = tokio::time::interval(PING_EVERY);
    let mut received_at = Instant::now();
    loop {
        tokio::select! {
            message = socket.next() => {
                received_at = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => forward(shared, &text),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {}
                }
            }
            _ = pings.tick() => {
                let is_silent = received_at.elapsed() > LONGEST_SILENCE;
                let ping = socket.send(Message::Ping(Vec::new().into()));
                if is_silent || !matches!(timeout(PING_EVERY, ping).await, Ok(Ok(()))) {
                    return;
                }
            }
        }
    }
}

fn forward(shared: &Shared, text: &str) {
    match event::read(text) {
        Some((channel, event)) => {
            if let Some(call) = shared.calls().get(&channel) {
                let _ = call.send(event);
            }
        }
        None if event::is_replaced(text) => {
            tracing::error!("another service has connected to Asterisk under our application's name");
        }
        None => {}
    }
}

/// Hangs up the channels under our name that no call of this process knows. An earlier process left them, or this one
/// before it lost its connection.
async fn hang_up_orphaned(shared: &Shared) {
    let Ok(channels) = shared.rest.channels().await else { return };
    let prefix = shared.channel_prefix();
    let orphaned: Vec<String> = {
        let calls = shared.calls();
        let is_orphaned = |id: &String| id.starts_with(&prefix) && !calls.contains_key(id);
        channels.into_iter().filter(is_orphaned).collect()
    };
    if !orphaned.is_empty() {
        tracing::warn!(count = orphaned.len(), "calls left on Asterisk from before are hung up");
    }
    for channel in orphaned {
        if shared.rest.hang_up(&channel).await {
            shared.add_orphaned(&channel);
        }
    }
}
