//! In which order Windows is asked: what this user's settings say, then what the computer's say, then no proxy.
//!
//! Not here: the calls (`winhttp`).

use platform::ServiceUrl;

use super::{FoundRoutes, Route, bypass_list::bypasses_proxy, proxy_list::routes};

/// What there is to ask.
pub(super) trait ProxySources {
    /// This user's settings, where there are any.
    fn user_settings(&self) -> Option<UserSettings>;
    /// The computer's: a list of proxies, and one of exceptions.
    fn computer_settings(&self) -> Option<(String, String)>;
    /// What a PAC file says of an address: a list of proxies, empty for none. `None` is the file that the network
    /// announces.
    fn by_pac_file(&self, file: Option<&str>, url: &str) -> Result<String, String>;
}

/// As the settings' page of Windows has them.
#[derive(Default)]
pub(super) struct UserSettings {
    pub(super) detects_pac: bool,
    pub(super) pac_file: Option<String>,
    pub(super) proxies: Option<String>,
    pub(super) exceptions: String,
}

/// Where to.
#[derive(Clone)]
pub(super) struct Target {
    url: String,
    host: String,
    port: u16,
}

impl Target {
    pub(super) fn of(service: &ServiceUrl) -> Self {
        let (host, port) = service.host_and_port();
        Self { url: service.endpoint("/"), host: host.to_owned(), port }
    }
}

/// By one PAC file.
pub(super) fn by_pac_file(sources: &impl ProxySources, file: &str, target: &Target) -> FoundRoutes {
    let mut how = Vec::new();
    let routes = from_pac_file(sources, Some(file), target, &mut how).unwrap_or_else(|| {
        how.push("trying without a proxy".to_owned());
        vec![Route::Direct]
    });
    FoundRoutes { routes, how }
}

/// By everything that Windows is set to.
pub(super) fn by_system_settings(sources: &impl ProxySources, target: &Target) -> FoundRoutes {
    let mut how = Vec::new();
    let user_settings = sources.user_settings().unwrap_or_default();
    if user_settings.detects_pac
        && let Some(routes) = from_pac_file(sources, None, target, &mut how)
    {
        return FoundRoutes { routes, how };
    }
    by_named_settings(sources, user_settings, target, how)
}

/// By what the settings name, where a network that does not say whether it announces a file has held that up. `None` where
/// nothing asks the network.
pub(super) fn without_detection(
    sources: &impl ProxySources,
    target: &Target,
    how: Vec<String>,
) -> Option<FoundRoutes> {
    let user_settings = sources.user_settings().filter(|user| user.detects_pac)?;
    Some(by_named_settings(sources, user_settings, target, how))
}

fn by_named_settings(
    sources: &impl ProxySources,
    user_settings: UserSettings,
    target: &Target,
    mut how: Vec<String>,
) -> FoundRoutes {
    if let Some(file) = &user_settings.pac_file
        && let Some(routes) = from_pac_file(sources, Some(file), target, &mut how)
    {
        return FoundRoutes { routes, how };
    }
    from_lists(sources, user_settings, target, how)
}

/// By the lists alone: nothing is fetched, so it is known at once.
pub(super) fn by_lists(sources: &impl ProxySources, target: &Target, how: Vec<String>) -> FoundRoutes {
    from_lists(sources, sources.user_settings().unwrap_or_default(), target, how)
}

fn from_lists(
    sources: &impl ProxySources,
    user_settings: UserSettings,
    target: &Target,
    mut how: Vec<String>,
) -> FoundRoutes {
    let lists =
        user_settings.proxies.map(|proxies| ("this user's settings", proxies, user_settings.exceptions));
    let lists = lists.or_else(|| {
        sources
            .computer_settings()
            .map(|(proxies, exceptions)| ("the computer's settings", proxies, exceptions))
    });
    let Some((whose, proxies, exceptions)) = lists else {
        how.push("Windows is set to no proxy".to_owned());
        return FoundRoutes { routes: vec![Route::Direct], how };
    };
    if bypasses_proxy(&exceptions, &target.host, target.port) {
        how.push(format!("{whose} except this host from the proxy"));
        return FoundRoutes { routes: vec![Route::Direct], how };
    }
    let routes = routes(&proxies);
    if routes.is_empty() {
        how.push(format!("{whose} name no proxy for https://: {proxies}"));
        return FoundRoutes { routes: vec![Route::Direct], how };
    }
    how.push(format!("{whose} name a proxy"));
    FoundRoutes { routes, how }
}

/// `None` when the file cannot be asked.
fn from_pac_file(
    sources: &impl ProxySources,
    file: Option<&str>,
    target: &Target,
    how: &mut Vec<String>,
) -> Option<Vec<Route>> {
    let name =
        file.map_or_else(|| "the PAC file of this network".to_owned(), |file| format!("the PAC file {file}"));
    match sources.by_pac_file(file, &target.url) {
        Ok(list) => {
            let mut routes = routes(&list);
            how.push(format!("{name} says {}", if list.is_empty() { "DIRECT" } else { &list }));
            // WinHTTP hands over a list of proxies, and nobody says whether a DIRECT after them stays in it (wine's keeps
            // none). Where the file has none either, the network lets nothing out, and all it costs is one more attempt.
            if !routes.contains(&Route::Direct) {
                routes.push(Route::Direct);
            }
            Some(routes)
        }
        Err(reason) => {
            how.push(format!("{name}: {reason}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Set {
        detects_pac: bool,
        announced: Option<&'static str>,
        file: Option<&'static str>,
        proxies: Option<&'static str>,
        exceptions: &'static str,
        computer_settings: Option<(&'static str, &'static str)>,
    }

    impl ProxySources for Set {
        fn user_settings(&self) -> Option<UserSettings> {
            let set = self.detects_pac || self.file.is_some() || self.proxies.is_some();
            set.then(|| UserSettings {
                detects_pac: self.detects_pac,
                pac_file: self.file.map(|_| "http://pac".to_owned()),
                proxies: self.proxies.map(str::to_owned),
                exceptions: self.exceptions.to_owned(),
            })
        }
        fn computer_settings(&self) -> Option<(String, String)> {
            self.computer_settings.map(|(proxies, exceptions)| (proxies.to_owned(), exceptions.to_owned()))
        }
        fn by_pac_file(&self, file: Option<&str>, url: &str) -> Result<String, String> {
            assert_eq!(url, "https://enrol.example.org/");
            let says = if file.is_some() { self.file } else { self.announced };
            says.filter(|says| *says != "broken")
                .map(str::to_owned)
                .ok_or_else(|| "it cannot be had".to_owned())
        }
    }

    fn found_by(set: &Set) -> (String, String) {
        let target = Target::of(&"https://enrol.example.org".parse().expect("good"));
        let found = by_system_settings(set, &target);
        let routes: Vec<String> = found.routes.iter().map(ToString::to_string).collect();
        (routes.join(", "), found.how.join(", "))
    }

    #[test]
    fn the_users_settings_come_first_and_in_their_own_order() {
        let (routes, how) = found_by(&Set::default());
        assert_eq!((routes.as_str(), how.as_str()), ("directly", "Windows is set to no proxy"));
        let mut set = Set { computer_settings: Some(("machine:3128", "")), ..Set::default() };
        assert_eq!(found_by(&set).0, "through http://machine:3128");
        set.proxies = Some("user:8080");
        assert_eq!(found_by(&set).0, "through http://user:8080");
        set.exceptions = "<local>;*.example.org";
        assert_eq!(found_by(&set).0, "directly");
        set.file = Some("pac:1;pac:2");
        assert_eq!(found_by(&set).0, "through http://pac:1, through http://pac:2, directly");
        set.detects_pac = true;
        set.announced = Some("wpad:80");
        assert_eq!(found_by(&set).0, "through http://wpad:80, directly");
        let target = Target::of(&"https://enrol.example.org".parse().expect("good"));
        let found = without_detection(&set, &target, vec!["late".to_owned()]).expect("it was asked");
        assert_eq!(found.routes.first().map(ToString::to_string).as_deref(), Some("through http://pac:1"));
        set.detects_pac = false;
        assert!(without_detection(&set, &target, Vec::new()).is_none());
        set.detects_pac = true;
        set.announced = Some("");
        assert_eq!(
            found_by(&set),
            ("directly".to_owned(), "the PAC file of this network says DIRECT".to_owned())
        );
    }

    #[test]
    fn a_file_that_cannot_be_had_is_told_and_passed_over() {
        let mut set =
            Set { detects_pac: true, file: Some("broken"), proxies: Some("user:8080"), ..Set::default() };
        let (routes, how) = found_by(&set);
        assert_eq!(routes, "through http://user:8080");
        assert!(
            how.contains("of this network: it cannot be had, the PAC file http://pac: it cannot"),
            "{how}"
        );
        set.proxies = Some("http=user:8080");
        assert!(found_by(&set).1.contains("name no proxy for https://"), "{how}");
        let found =
            by_pac_file(&set, "http://pac", &Target::of(&"https://enrol.example.org".parse().expect("good")));
        assert_eq!((found.routes.as_slice(), found.how.len()), ([Route::Direct].as_slice(), 2));

        // Where a file keeps everybody waiting, the lists are asked alone.
        set.proxies = Some("user:8080");
        let target = Target::of(&"https://enrol.example.org".parse().expect("good"));
        let found = by_lists(&set, &target, vec!["late".to_owned()]);
        assert_eq!(
            found.routes.iter().map(Route::to_string).collect::<Vec<_>>(),
            ["through http://user:8080"]
        );
        assert_eq!(found.how, ["late", "this user's settings name a proxy"]);
    }

    #[test]
    fn the_computers_exceptions_count_for_the_computers_proxy() {
        let set = Set { computer_settings: Some(("machine:3128", "enrol.*")), ..Set::default() };
        assert_eq!(found_by(&set).0, "directly");
    }
}
