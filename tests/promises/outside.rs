//! A project outside of this workspace: the facade with one feature, and an adapter of its own that
//! `switchboard new adapter` began.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use switchboard::core::{Delivery, Endpoint, HmacScheme, Secret, SecretRole};
use switchboard_tests::build::{build, cargo};
use switchboard_tests::client::Client;
use switchboard_tests::example::Example;
use switchboard_tests::gateway::{Profile, binary};

const MAIN: &str = r#"
use switchboard::event::Message;
use switchboard::{EndpointConfig, Event, MemoryJournal, SinkError, Switchboard};
use switchboard_adapter_acme as _; // Linked for its registration.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names = switchboard::core::registrations();
    let names: Vec<_> = names.iter().map(|linked| linked.descriptor.name).collect();
    println!("linked: {}", names.join(" "));
    let gateway = Switchboard::builder()
        .journal(MemoryJournal::new())
        .endpoint(EndpointConfig::new("support", "acme").secret("s3cret"))
        .on("app", |message: Message, event: Event| async move {
            println!("{} {}", event.short_kind(), message.message.text.unwrap_or_default());
            Ok::<(), SinkError>(())
        })
        .build()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    gateway.serve(listener, async { let _ = tokio::signal::ctrl_c().await; }).await?;
    Ok(())
}
"#;

/// The root of this workspace.
fn checkout() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

/// What a stranger's workspace says, but for the optimisation, without which the suite is slow.
const WORKSPACE: &str = r#"
[workspace]
resolver = "3"
members = ["gateway", "switchboard-adapter-acme"]
[profile.dev]
debug = "line-tables-only"
[profile.dev.package.serde_json]
opt-level = 2
[profile.dev.package.sha2]
opt-level = 2
[profile.dev.package.tokio]
opt-level = 2
"#;

/// A workspace in `folder`: a gateway, and an adapter from the scaffold.
fn begin(folder: &Path) {
    let checkout = checkout();
    fs::write(folder.join("Cargo.toml"), WORKSPACE).unwrap();
    // The versions that are tested here, and no need of a network.
    fs::copy(checkout.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let facade = checkout.join("crates/switchboard");
    let manifest = format!(
        r#"
        [package]
        name = "outside-gateway"
        edition = "2024"
        [dependencies]
        switchboard = {{ path = {facade:?}, default-features = false, features = ["kommo"] }}
        switchboard-adapter-acme = {{ path = "../switchboard-adapter-acme" }}
        tokio = {{ version = "1", features = ["macros", "net", "rt", "signal"] }}
        "#
    );
    fs::create_dir_all(folder.join("gateway/src")).unwrap();
    fs::write(folder.join("gateway/Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("gateway/src/main.rs"), MAIN).unwrap();
    let scaffold = Command::new(binary(Profile::Dev))
        .current_dir(folder)
        .args(["new", "adapter", "acme", "--path"])
        .arg(&checkout)
        .output();
    succeeded(&scaffold.unwrap());
}

fn succeeded(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}\n{errors}");
    told
}

/// The folder that this test was built in.
fn target() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().to_owned()
}

#[tokio::test]
async fn a_scaffolded_adapter_keeps_its_promises_and_its_gateway_takes_deliveries() {
    let folder = tempfile::tempdir().unwrap();
    begin(folder.path());
    let manifest = folder.path().join("Cargo.toml");
    let (manifest, target) = (manifest.to_str().unwrap(), target());
    let there = [
        "--offline",
        "--manifest-path",
        manifest,
        "--target-dir",
        target.to_str().unwrap(),
    ];

    let tested = cargo()
        .arg("test")
        .args(there)
        .arg("--package=switchboard-adapter-acme")
        .output();
    let told = succeeded(&tested.unwrap());
    assert!(
        told.contains("it_keeps_the_promises_of_every_adapter ... ok"),
        "{told}"
    );

    let built = build(&[&["build", "--package=outside-gateway"], &there[..]].concat());
    let mut command = Command::new(&built["outside-gateway"]);
    let mut gateway = Example::start(&mut command, folder.path());
    let role = SecretRole::text("secret", "Anywhere");
    let secret = Secret::new("test", role, "s3cret").unwrap();
    let endpoint = Endpoint::new("support").with_secret(role, secret);
    let sample = folder
        .path()
        .join("switchboard-adapter-acme/samples/message.json");
    let hook = Delivery::post(fs::read(sample).unwrap());
    let signed = HmacScheme::sha256(role, "x-acme-signature")
        .sign(&hook, &endpoint)
        .unwrap();

    let mut client = Client::connect(gateway.address()).await.unwrap();
    assert_eq!(
        client.send("/in/support", &signed).await.unwrap().status,
        200
    );
    assert_eq!(gateway.line(), "message.created Where is my order?");
    assert_eq!(
        gateway.before(),
        ["linked: acme kommo-chats kommo-crm kommo-oauth"]
    );
    assert_eq!(gateway.interrupt(), [""; 0]);
}
