//! Windows' own calls for proxies, which run PAC files and find the one that a network announces.
//!
//! Not here: what is asked first (`resolve`). Each call can take seconds; none is made on a thread that somebody waits
//! for.
#![expect(unsafe_code, reason = "these few calls have no safe wrapper; each is told why it is sound")]

use std::{ffi::c_void, ptr};

use windows_sys::Win32::{
    Foundation::{GetLastError, GlobalFree},
    Networking::WinHttp::{
        ERROR_WINHTTP_AUTODETECTION_FAILED, ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT, ERROR_WINHTTP_LOGIN_FAILURE,
        ERROR_WINHTTP_UNABLE_TO_DOWNLOAD_SCRIPT, WINHTTP_ACCESS_TYPE_NAMED_PROXY,
        WINHTTP_ACCESS_TYPE_NO_PROXY, WINHTTP_AUTO_DETECT_TYPE_DHCP, WINHTTP_AUTO_DETECT_TYPE_DNS_A,
        WINHTTP_AUTOPROXY_AUTO_DETECT, WINHTTP_AUTOPROXY_CONFIG_URL, WINHTTP_AUTOPROXY_OPTIONS,
        WINHTTP_CURRENT_USER_IE_PROXY_CONFIG, WINHTTP_PROXY_INFO, WinHttpCloseHandle,
        WinHttpGetDefaultProxyConfiguration, WinHttpGetIEProxyConfigForCurrentUser, WinHttpGetProxyForUrl,
        WinHttpOpen, WinHttpSetTimeouts,
    },
};

use super::resolve::{ProxySources, UserSettings};
use crate::effects::windows::wide;

/// For each step of fetching a PAC file.
const STEP_MILLIS: i32 = 3_000;

/// Windows.
pub(super) struct WinHttp;

impl ProxySources for WinHttp {
    fn user_settings(&self) -> Option<UserSettings> {
        let mut config = WINHTTP_CURRENT_USER_IE_PROXY_CONFIG::default();
        // SAFETY: the structure is ours and outlives the call, which fills it in.
        let is_there = unsafe { WinHttpGetIEProxyConfigForCurrentUser(&raw mut config) } != 0;
        is_there.then(|| UserSettings {
            detects_pac: config.fAutoDetect != 0,
            pac_file: take_string(config.lpszAutoConfigUrl),
            proxies: take_string(config.lpszProxy),
            exceptions: take_string(config.lpszProxyBypass).unwrap_or_default(),
        })
    }

    fn computer_settings(&self) -> Option<(String, String)> {
        let mut info = WINHTTP_PROXY_INFO::default();
        // SAFETY: the structure is ours and outlives the call, which fills it in.
        if unsafe { WinHttpGetDefaultProxyConfiguration(&raw mut info) } == 0 {
            return None;
        }
        let (proxies, exceptions) = (take_string(info.lpszProxy), take_string(info.lpszProxyBypass));
        (info.dwAccessType == WINHTTP_ACCESS_TYPE_NAMED_PROXY)
            .then_some(())
            .and(proxies)
            .map(|proxies| (proxies, exceptions.unwrap_or_default()))
    }

    fn by_pac_file(&self, file: Option<&str>, url: &str) -> Result<String, String> {
        let session = Session::open().ok_or_else(last_fault)?;
        let (url, file) = (wide(url), file.map(wide));
        let mut options = WINHTTP_AUTOPROXY_OPTIONS::default();
        if let Some(file) = &file {
            options.dwFlags = WINHTTP_AUTOPROXY_CONFIG_URL;
            options.lpszAutoConfigUrl = file.as_ptr();
        } else {
            options.dwFlags = WINHTTP_AUTOPROXY_AUTO_DETECT;
            options.dwAutoDetectFlags = WINHTTP_AUTO_DETECT_TYPE_DHCP | WINHTTP_AUTO_DETECT_TYPE_DNS_A;
        }
        let mut info = WINHTTP_PROXY_INFO::default();
        // SAFETY: session, both texts, which end with a zero, and both structures are ours and outlive the call.
        let mut ask = |options: &mut WINHTTP_AUTOPROXY_OPTIONS| unsafe {
            WinHttpGetProxyForUrl(session.0, url.as_ptr(), options, &raw mut info) != 0
        };
        // Without the user's own sign-in first, as Windows then answers from what it remembers.
        let mut is_answered = ask(&mut options);
        // SAFETY: reads a number of this thread.
        if !is_answered && unsafe { GetLastError() } == ERROR_WINHTTP_LOGIN_FAILURE {
            options.fAutoLogonIfChallenged = 1;
            is_answered = ask(&mut options);
        }
        if !is_answered {
            return Err(last_fault());
        }
        take_string(info.lpszProxyBypass);
        let proxies = take_string(info.lpszProxy);
        match info.dwAccessType {
            WINHTTP_ACCESS_TYPE_NO_PROXY => Ok(String::new()),
            _ => Ok(proxies.unwrap_or_default()),
        }
    }
}

/// A session of WinHTTP, closed when it is dropped.
struct Session(*mut c_void);

impl Session {
    fn open() -> Option<Self> {
        // SAFETY: the pointers may be null for a session without a proxy of its own, and the name may be as well.
        let session =
            unsafe { WinHttpOpen(ptr::null(), WINHTTP_ACCESS_TYPE_NO_PROXY, ptr::null(), ptr::null(), 0) };
        if session.is_null() {
            return None;
        }
        // SAFETY: the session was opened above. That it takes no limits changes nothing about the answer.
        unsafe { WinHttpSetTimeouts(session, STEP_MILLIS, STEP_MILLIS, STEP_MILLIS, STEP_MILLIS) };
        Some(Self(session))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: it was opened by `open`, and is closed once.
        unsafe { WinHttpCloseHandle(self.0) };
    }
}

/// Takes a text that Windows made for us, and gives its memory back.
fn take_string(text: *mut u16) -> Option<String> {
    if text.is_null() {
        return None;
    }
    let mut length = 0;
    // SAFETY: Windows' texts end with a zero, and nothing is read behind it.
    while unsafe { *text.add(length) } != 0 {
        length += 1;
    }
    // SAFETY: so many units were read just now.
    let read = String::from_utf16_lossy(unsafe { std::slice::from_raw_parts(text, length) });
    // SAFETY: Windows made it for us to free in this way, and nobody holds it any more.
    unsafe { GlobalFree(text.cast()) };
    Some(read).filter(|read| !read.trim().is_empty())
}

fn last_fault() -> String {
    // SAFETY: reads a number of this thread.
    match unsafe { GetLastError() } {
        ERROR_WINHTTP_AUTODETECTION_FAILED => "there is none".to_owned(),
        ERROR_WINHTTP_UNABLE_TO_DOWNLOAD_SCRIPT => "it cannot be fetched".to_owned(),
        ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT => "it has a mistake".to_owned(),
        ERROR_WINHTTP_LOGIN_FAILURE => "its server asks for a sign-in".to_owned(),
        number => format!("Windows cannot say (fault {number} of WinHTTP)"),
    }
}
