//! Over TLS the gateway speaks to whom the system's roots vouch for by that name, and to nobody else:
//! where events go, and where keys come from.

use std::convert::Infallible;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// An authority that nobody has heard of but who is told to trust it.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn new(common_name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, common_name);
        let key = KeyPair::generate().unwrap();
        let issuer = CertifiedIssuer::self_signed(params, key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("roots.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    /// The file that has its certificate.
    fn roots(&self) -> PathBuf {
        self.folder.path().join("roots.pem")
    }

    /// A server's certificate, for `name` unless `arrange` says otherwise.
    fn certify(
        &self,
        name: &str,
        arrange: impl FnOnce(&mut CertificateParams),
    ) -> Arc<ServerConfig> {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        arrange(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key);
        Arc::new(config.unwrap())
    }
}

/// Answers `keys` to whoever gets as far as to ask.
struct Server {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

impl Server {
    async fn start(config: Arc<ServerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(config);
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                // Whoever does not trust it goes away.
                let Ok(stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let service = service_fn(async |_: Request<Incoming>| {
                    counted.fetch_add(1, Ordering::Relaxed);
                    Ok::<_, Infallible>(Response::new("keys".to_owned()))
                });
                let mut connection = http1::Builder::new();
                connection.keep_alive(false);
                let connection = connection.serve_connection(TokioIo::new(stream), service);
                connection.await.unwrap();
            }
        });
        Self {
            address,
            asked,
            _serving: serving,
        }
    }

    /// What comes of calling it by the name `localhost`, for who trusts `authority`.
    async fn called(&self, authority: &Authority) -> Vec<String> {
        let url = format!("https://localhost:{}/", self.address.port());
        let mut caller = Command::new(env!("CARGO_BIN_EXE_tls-caller"));
        caller.arg(url).env("SSL_CERT_FILE", authority.roots());
        // Others that the environment of the tests may name.
        let output = caller.env_remove("SSL_CERT_DIR").output().await.unwrap();
        assert!(output.status.success(), "{output:?}");
        let told = String::from_utf8(output.stdout).unwrap();
        told.lines().map(str::to_owned).collect()
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// Nobody asks a server by `config`, as its certificate is not good for who trusts `authority`.
async fn refused(config: Arc<ServerConfig>, authority: &Authority, reason: &str) {
    let server = Server::start(config).await;

    let told = server.called(authority).await;

    let [sink, documents] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(
        sink.starts_with("not delivered: cannot connect: "),
        "{sink}"
    );
    assert!(documents.starts_with("not fetched: "), "{documents}");
    for told in [sink, documents] {
        assert!(told.contains(reason), "{told}");
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_is_good() {
    let authority = Authority::new("ours");
    let server = Server::start(authority.certify("localhost", |_| {})).await;

    let told = server.called(&authority).await;

    assert_eq!(told, ["delivered", "fetched keys"]);
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_not() {
    let trusted = Authority::new("ours");
    for (name, reason) in [("another", "UnknownIssuer"), ("ours", "BadSignature")] {
        let config = Authority::new(name).certify("localhost", |_| {});

        refused(config, &trusted, reason).await;
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not() {
    let authority = Authority::new("ours");
    let config = authority.certify("elsewhere.example", |_| {});

    refused(config, &authority, "not valid for name").await;
}

#[tokio::test]
async fn a_certificate_that_is_over_is_not() {
    let authority = Authority::new("ours");
    let config = authority.certify("localhost", |params| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    });

    refused(config, &authority, "expired").await;
}
