//! Whether the service can be reached from here, and which way: for IT, who set the way up.
//!
//! Not here: anything about a person. The policy is fetched, as everybody may, and not kept.

use std::{fmt::Write as _, path::Path};

use platform::ServiceUrl;
use protocol::{Signed, paths};

use super::{
    StartError,
    certificates::read_certificates,
    proxy::ProxyChoice,
    routed_transport::{RoutedTransport, Tried},
};

/// What came of it.
pub struct ConnectionReport {
    /// In words, one line for each way.
    pub text: String,
    /// Whether the service answered on one of them.
    pub is_reached: bool,
}

/// Tries every way that leads to the service. Takes seconds where one is cut off.
///
/// # Errors
///
/// When the file of certificates cannot be used, or the system gives no thread to wait on.
pub fn check_connection(
    server: &ServiceUrl,
    ca_file: Option<&Path>,
    proxy: ProxyChoice,
) -> Result<ConnectionReport, StartError> {
    let extra = ca_file.map(read_certificates).transpose()?.unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = runtime.map_err(StartError::Thread)?;
    let transport = RoutedTransport::new(server.clone(), extra, proxy);
    let tried = runtime.block_on(transport.on_each_way(paths::POLICY));
    // Windows may still be looking for a PAC file.
    runtime.shutdown_background();
    Ok(match tried {
        Ok((how, tried)) => report(server, &how, &tried),
        Err(error) => ConnectionReport {
            text: format!("The certificates to trust cannot be used: {}\n", domain::error_chain(&error)),
            is_reached: false,
        },
    })
}

fn report(server: &ServiceUrl, how: &[String], tried: &[Tried]) -> ConnectionReport {
    let mut checked =
        ConnectionReport { text: format!("The way to {server}: {}\n", how.join("; ")), is_reached: false };
    for (route, result) in tried {
        let result = match result {
            Ok(body) if serde_json::from_slice::<Signed>(body).is_ok() => {
                checked.is_reached = true;
                "reached"
            }
            Ok(_) => "NOT REACHED. Something else answers in the service's place",
            Err(reason) => &format!("NOT REACHED. {reason}"),
        };
        let _ = writeln!(checked.text, "{route}: {result}");
    }
    checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::proxy::Route;

    #[test]
    fn only_the_services_own_answer_counts_as_reached() {
        let server = "https://enrol.example.org".parse().expect("good");
        let how = ["the PAC file says a:80".to_owned()];
        let through = Route::Through("http://a:80".parse().expect("good"));
        let no = Err("connection refused".to_owned());
        let checked =
            report(&server, &how, &[(through.clone(), no), (Route::Direct, Ok(b"<html>".to_vec()))]);
        assert!(!checked.is_reached);
        assert_eq!(
            checked.text,
            "The way to https://enrol.example.org: the PAC file says a:80\nthrough http://a:80: NOT REACHED. \
             connection refused\ndirectly: NOT REACHED. Something else answers in the service's place\n"
        );
    }
}
