//! The address of a PostgreSQL store, and whether others could read or change what goes there.

use std::net::IpAddr;
use std::str::FromStr as _;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::error::StoreError;

/// Parses an address. A server on another computer must prove its name, since the database's password goes there first.
pub(super) fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Url)?
        .application_name("enrol-service")
        .disable_statement_logging();
    let proved = matches!(options.get_ssl_mode(), PgSslMode::VerifyFull);
    if proved || is_here(&options) {
        return Ok(options);
    }
    Err(StoreError::Unproved(options.get_host().to_owned()))
}

/// Checks that an address is that of a store that may be opened. Nothing is opened.
pub fn check_address(url: &str) -> Result<(), StoreError> {
    if url.starts_with("sqlite") { Ok(()) } else { options(url).map(|_| ()) }
}

/// Whether it is a Unix socket or a loopback address.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    if options.get_socket().is_some() || host.starts_with('/') {
        return true;
    }
    let plain = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || plain.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey, KeyPair};

    use super::super::testing::Postgres;
    use super::*;
    use crate::connection::Open;
    use crate::{Store, StoreOptions};

    #[test]
    fn beyond_this_computer_the_server_must_prove_its_name() {
        for good in [
            "postgres://enrol@localhost/enrol",
            "postgres://enrol@127.0.0.1:5433/enrol",
            "postgres://enrol@[::1]/enrol",
            "postgres://%2Frun%2Fpostgresql/enrol",
            "postgres://enrol@db.example/enrol?host=/run/postgresql",
            "postgres://enrol@db.example/enrol?sslmode=verify-full",
        ] {
            assert!(check_address(good).is_ok(), "{good}");
        }
        for bad in [
            "postgres://enrol:secret@db.example/enrol",
            "postgres://enrol:secret@192.0.2.1/enrol?sslmode=prefer",
            "postgres://enrol:secret@192.0.2.1/enrol?sslmode=require",
            "postgresql://enrol:secret@db.example/enrol?sslmode=verify-ca",
            "postgres://enrol:secret@localhost/enrol?host=db.example",
            "postgres://enrol:secret@localhost.example/enrol",
        ] {
            let error = check_address(bad).expect_err(bad).to_string();
            assert!(error.contains("sslmode=verify-full") && !error.contains("secret"), "{error}");
        }
    }

    #[tokio::test]
    async fn the_way_to_a_server_that_proves_its_name_is_encrypted_and_to_no_other() {
        let CertifiedKey { cert, signing_key }: CertifiedKey<KeyPair> =
            rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let server = Postgres::start_encrypted(&cert.pem(), &signing_key.serialize_pem())
            .unwrap_or_else(|error| panic!("{error}"));
        let folder = tempfile::tempdir().expect("a folder");
        let trusted = folder.path().join("trusted.pem");
        std::fs::write(&trusted, cert.pem()).expect("writes");
        let database = server.database().expect("a database");
        let open = async |host: &str, more: &str| {
            let url = server.url_by_network(&database, host).expect("listens");
            Store::open(&format!("{url}?sslmode=verify-full{more}"), &StoreOptions::default()).await
        };
        let trusting = format!("&sslrootcert={}", trusted.display());
        let store = open("localhost", &trusting).await.expect("proved");
        let Open::Postgres(mut open_one) = store.read().await.expect("a connection").open else {
            unreachable!("a PostgreSQL store")
        };
        let encrypted: bool = sqlx::query_scalar("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
            .fetch_one(&mut *open_one)
            .await
            .expect("asks");
        assert!(encrypted);
        drop(open_one);
        store.migrate().await.expect("makes the tables");
        store.close().await;
        assert!(open("localhost", "").await.is_err(), "a certificate that nobody vouches for");
        assert!(open("127.0.0.1", &trusting).await.is_err(), "another name");
    }
}
