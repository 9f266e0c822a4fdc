//! The sounds that Asterisk lacks. All that the voice can be asked to say is looked for on every connection, and what was
//! missing is looked for again before a call that needs it.
//!
//! `rehearsal` opens the sounds of one call on its own channel.

use std::collections::BTreeSet;
use std::time::Duration;

use super::shared::Shared;

/// How long looking may take on a connection. Asterisk needs a few thousandths of a second for each sound.
const LOOKING: Duration = Duration::from_secs(10);

/// Looks for every sound of the vocabulary and names what is missing in the log.
pub(super) async fn look_for_all(shared: &Shared) {
    if !shared.rest.can_look_for_sounds().await {
        shared.missing_sounds().clear();
        tracing::warn!(
            "Asterisk does not say which sounds it has, since res_ari_sounds.so is not loaded (modules.conf); \
             a missing one is found in the call that needs it"
        );
        return;
    }
    let all = shared.settings.vocabulary.sounds();
    let Ok(missing) = tokio::time::timeout(LOOKING, missing_of(shared, all)).await else {
        tracing::warn!("Asterisk takes too long to say which sounds it has");
        return;
    };
    if !missing.is_empty() {
        tracing::error!(
            folder = shared.settings.sounds,
            missing = list(&missing),
            "Asterisk lacks sounds; calls that cannot say their question without them are not begun"
        );
    }
    *shared.missing_sounds() = missing;
}

/// Which of these sounds were missing and still are. What has come meanwhile is forgotten as missing.
pub(super) async fn still_missing(shared: &Shared, needed: &[String]) -> BTreeSet<String> {
    let known: Vec<String> = {
        let missing = shared.missing_sounds();
        needed.iter().filter(|sound| missing.contains(*sound)).cloned().collect()
    };
    if known.is_empty() {
        return BTreeSet::new();
    }
    let still = missing_of(shared, known.clone()).await;
    let mut missing = shared.missing_sounds();
    for sound in known.iter().filter(|sound| !still.contains(*sound)) {
        missing.remove(sound);
        tracing::info!(sound, "a sound that Asterisk lacked is there now");
    }
    if !still.is_empty() {
        tracing::error!(
            folder = shared.settings.sounds,
            missing = list(&still),
            "a call is not begun, since Asterisk lacks sounds that it must say"
        );
    }
    still
}

/// A sound counts as missing only when Asterisk says so.
async fn missing_of(shared: &Shared, sounds: Vec<String>) -> BTreeSet<String> {
    let mut missing = BTreeSet::new();
    for sound in sounds {
        let path = shared.sound_path(&sound);
        if let Ok(false) = shared.rest.has_sound(&path).await {
            missing.insert(sound);
        }
    }
    missing
}

fn list(sounds: &BTreeSet<String>) -> String {
    sounds.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
