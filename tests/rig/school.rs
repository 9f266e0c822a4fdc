//! A school's network: a proxy that passes connections on to names which nothing else knows, the PAC file that names it,
//! and a service that is reached by TLS under such a name.
//!
//! Not here: a proxy that opens TLS (`mitm`).

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CrlDistributionPoint, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, SerialNumber,
    date_time_ymd,
};

use crate::service::Service;

/// A name that no name server knows (RFC 6761).
pub const NAME: &str = "enrol.school.test";

/// A proxy on loopback. Whatever name it is asked for, it leads to this computer.
pub struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// One that lets everybody through.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn start() -> Self {
        Self::answering(true)
    }

    /// One that wants everybody to sign in.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn that_asks_for_a_sign_in() -> Self {
        Self::answering(false)
    }

    fn answering(lets_through: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let proxy = Self { address, asked: Arc::clone(&asked) };
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let asked = Arc::clone(&asked);
                std::thread::spawn(move || serve(near, address, lets_through, &asked));
            }
        });
        proxy
    }

    /// As `http://HOST:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where its PAC file is, which names a proxy that is gone before it, and no proxy after it.
    pub fn pac_url(&self) -> String {
        format!("http://{}/proxy.pac", self.address)
    }

    /// What it was asked for, in order: `CONNECT name:port`, or `GET /proxy.pac`.
    ///
    /// # Panics
    /// Never in practice.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic holds it").clone()
    }
}

/// Nobody listens there.
///
/// # Panics
/// When loopback has no free port.
pub fn nowhere() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

fn serve(mut near: TcpStream, own: SocketAddr, lets_through: bool, asked: &Mutex<Vec<String>>) {
    let Some(first) = request(&near) else { return };
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    asked.lock().expect("no panic holds it").push(format!("{method} {target}"));
    if method != "CONNECT" {
        let script = format!(
            "function FindProxyForURL(url, host) {{\n  if (host == \"{NAME}\") return \"PROXY {own}; DIRECT\";\n  return \"DIRECT\";\n}}\n"
        );
        answer(&mut near, "application/x-ns-proxy-autoconfig", script.as_bytes());
        return;
    }
    if !lets_through {
        let _ = write!(
            near,
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n"
        );
        return;
    }
    let port = target.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(0);
    let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
        let _ = write!(near, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        return;
    };
    if write!(near, "HTTP/1.1 200 Connection established\r\n\r\n").is_err() {
        return;
    }
    let (Ok(mut near_in), Ok(mut far_out)) = (near.try_clone(), far.try_clone()) else { return };
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut near_in, &mut far_out);
        let _ = far_out.shutdown(std::net::Shutdown::Both);
    });
    let mut far = far;
    let _ = std::io::copy(&mut far, &mut near);
    let _ = near.shutdown(std::net::Shutdown::Both);
}

/// A service that is reached by TLS as [`NAME`], which only a proxy knows, and as `localhost`.
pub struct TlsService {
    /// The service.
    pub service: Service,
    folder: tempfile::TempDir,
}

impl TlsService {
    /// Starts one, with a certificate of an authority of its own.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("writes");
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
                .expect("mode");
            path
        };
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(DnType::CommonName, "A school of the tests");
        let authority_key = KeyPair::generate().expect("a key");
        let authority_pem = authority.self_signed(&authority_key).expect("a certificate").pem();
        let authority = Issuer::new(authority, authority_key);
        let names = vec![NAME.to_owned(), "localhost".to_owned()];
        let key = KeyPair::generate().expect("a key");
        let mut certificate = CertificateParams::new(names).expect("good names");
        certificate.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        certificate.crl_distribution_points =
            vec![CrlDistributionPoint { uris: vec![none_revoked(&authority)] }];
        let certificate = certificate.signed_by(&key, &authority).expect("a certificate").pem();
        write("authority.pem", &authority_pem);
        let certificate = write("service.pem", &certificate);
        let key = write("service.key", &key.serialize_pem());
        let settings = format!(
            "hosts = [\"{NAME}\", \"localhost\"]\n[tls]\ncertificate = \"{}\"\nkey = \"{}\"",
            certificate.display(),
            key.display()
        );
        Self { service: Service::start_with(&settings, &[]), folder }
    }

    /// Its address by a name.
    pub fn url(&self, name: &str) -> String {
        format!("https://{name}:{}", self.service.address().port())
    }

    /// The authority's certificate.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// Everything in a folder of the scenario's own, beside the certificates.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Serves the authority's list of revoked certificates, an empty one, and says where: Windows asks for it.
fn none_revoked(authority: &Issuer<'_, KeyPair>) -> String {
    let list = CertificateRevocationListParams {
        this_update: date_time_ymd(2020, 1, 1),
        next_update: date_time_ymd(2099, 1, 1),
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: Vec::new(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    let list = list.signed_by(authority).expect("a list").der().to_vec();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/revoked.crl", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut near in listener.incoming().map_while(Result::ok) {
            if request(&near).is_some() {
                answer(&mut near, "application/pkix-crl", &list);
            }
        }
    });
    url
}

/// The first line of a request, which is read to its empty line.
fn request(near: &TcpStream) -> Option<String> {
    // Nothing comes behind the empty line before the answer, so the reader holds nothing back.
    let mut lines = BufReader::new(near.try_clone().ok()?).lines().map_while(Result::ok);
    let first = lines.next()?;
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    Some(first)
}

fn answer(near: &mut TcpStream, kind: &str, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = near.write_all(&[head.as_bytes(), body].concat());
}
