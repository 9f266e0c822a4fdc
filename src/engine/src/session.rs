//! What a session allows: reading one's own state, "This is not me" and signing out.

use protocol::{ErrorCode, MeResponse, SessionToken};

use super::sign_in::{method_state, school_name};
use super::{Refusal, Service};
use crate::audit::{self, Entry, What};
use store::{GrantState, PersonRow, SessionRow, StoreError};
use vault::HashOf;

/// How often a session's use is stored at most, so that reading one's state seldom writes.
const TOUCH_EVERY_MS: i64 = 60 * 1000;

impl Service {
    /// The session's person and their methods.
    pub async fn me(&self, session: &SessionToken) -> Result<MeResponse, Refusal> {
        let row = self.touch_session(session).await?;
        let mut rows = self.store.read().await?;
        let PersonRow { person, generation, departed: _ } =
            rows.person(row.person).await?.ok_or(StoreError::Corrupt("session"))?;
        let set_up = rows.methods(row.person).await?.iter().map(method_state).collect();
        Ok(MeResponse { school_name: school_name(self, &person), person, generation, set_up })
    }

    /// The user is not the person shown. The session and the grant end, and IT gets an alert.
    pub async fn not_me(&self, session: &SessionToken) -> Result<(), Refusal> {
        let (_, row) = self.session_of(session).await?;
        tracing::warn!(person = %row.person, grant = %row.grant, "somebody says that they are not this person");
        let (keys, now) = (self.keys(), self.now());
        let ended = self.store.write(move |tx| {
            Box::pin(async move {
                tx.end_grant(row.grant, GrantState::Revoked).await?;
                tx.end_sessions_of(row.grant).await?;
                let entry =
                    Entry { person: Some(row.person), grant: Some(row.grant), ..Entry::of(What::NotMe) };
                audit::append(tx, &keys, &entry, now).await.map(|_| ())
            })
        });
        ended.await.map_err(|error: StoreError| Refusal::from(error))?;
        self.end_calls_of_grant(row.grant).await
    }

    /// Ends the session and its calls. The grant stays, since the outbox may still have to send.
    pub async fn sign_out(&self, session: &SessionToken) -> Result<(), Refusal> {
        let (hash, row) = self.session_of(session).await?;
        let (keys, now) = (self.keys(), self.now());
        let ended = self.store.write(move |tx| {
            Box::pin(async move {
                if tx.end_session(&hash).await? {
                    let entry = Entry {
                        person: Some(row.person),
                        grant: Some(row.grant),
                        ..Entry::of(What::SignedOut)
                    };
                    audit::append(tx, &keys, &entry, now).await?;
                }
                Ok(())
            })
        });
        ended.await.map_err(|error: StoreError| Refusal::from(error))?;
        self.end_calls_of_grant(row.grant).await
    }

    /// Finds an open session and notes its use, so that it stays open.
    pub(super) async fn touch_session(&self, session: &SessionToken) -> Result<SessionRow, Refusal> {
        let (hash, row) = self.session_of(session).await?;
        let now = self.now();
        if now.millis_since(row.used_at) >= TOUCH_EVERY_MS {
            self.store
                .write(move |tx| Box::pin(async move { tx.touch_session(&hash, now.millis()).await }))
                .await
                .map_err(|error: StoreError| Refusal::from(error))?;
        }
        Ok(row)
    }

    async fn session_of(&self, session: &SessionToken) -> Result<([u8; 32], SessionRow), Refusal> {
        let hash = self.keys().hash(HashOf::Session, session.as_str().as_bytes());
        let row = self.store.read().await?.session(&hash).await?.ok_or(ErrorCode::NotSignedIn)?;
        if self.is_over(&row) {
            return Err(ErrorCode::SessionExpired.into());
        }
        Ok((hash, row))
    }

    /// Whether a session is idle for too long or too old. Age counts so that use does not keep a stolen session alive.
    fn is_over(&self, session: &SessionRow) -> bool {
        let policy = self.policy();
        let lifetimes = &policy.lifetimes;
        let idle_ms = i64::from(lifetimes.session_idle_minutes) * 60 * 1000;
        let longest_ms = i64::from(lifetimes.session_hours) * 60 * 60 * 1000;
        let now = self.now();
        now.millis_since(session.used_at) >= idle_ms || now.millis_since(session.made_at) >= longest_ms
    }
}
