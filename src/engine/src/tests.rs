//! The verbs' rules, each on SQLite and on PostgreSQL.

mod abuse;
mod accepting;
mod approving;
mod auditing;
mod called;
mod calling;
mod calls_at_once;
mod calls_limits;
mod clients;
mod codes;
mod crowd;
mod envelope_keys;
mod guessing;
mod identity_keys;
mod keys;
mod opening;
mod people;
mod restoring;
mod retention;
mod sessions;
mod signing_in;
mod stations;
mod verifying;
mod ways_in;
mod world;

/// Makes of each scenario two tests, one for each database.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($world:ident: World) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[$doc])*
            async fn scenario($world: World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                scenario(World::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                scenario(World::postgres().await).await;
            }
        }
    )+};
}

use on_both;
