//! Every example does what its first lines say, against calls as the provider makes them.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output};

use switchboard::core::{Delivery, Endpoint, HmacScheme, Secret, SecretRole, registrations};
use switchboard_tests::build::{build, programs};
use switchboard_tests::client::Client;
use switchboard_tests::example::Example;
use switchboard_tests::kommo::{Kommo, SECRET};
use tempfile::TempDir;

/// The example `name` on a port of its own, in a folder that ends with it.
fn start(name: &str, secret: (&str, &str)) -> (Example, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(&programs()[name]);
    command.arg("127.0.0.1:0").env(secret.0, secret.1);
    (Example::start(&mut command, folder.path()), folder)
}

async fn send(example: &Example, path: &str, delivery: &Delivery) -> u16 {
    // A refusal ends its connection.
    let mut client = Client::connect(example.address()).await.unwrap();
    client.send(path, delivery).await.unwrap().status
}

#[tokio::test]
async fn handlers_are_given_what_they_ask_for() {
    let (mut example, _folder) = start("example-handlers", ("KOMMO_CHANNEL_SECRET", SECRET));
    let kommo = Kommo::default();

    assert_eq!(
        send(&example, "/in/support", &kommo.message("m-1", 0)).await,
        200
    );
    let message = BTreeSet::from([example.line(), example.line()]);
    assert_eq!(
        send(&example, "/in/support", &kommo.sample("typing")).await,
        200
    );
    let typing = BTreeSet::from([example.line(), example.line()]);

    let about = "conversation/0a1b2c3d-aaaa-4bbb-8ccc-ddddeeeeffff";
    let log = format!("log: message.created about {about}");
    assert_eq!(message, [log, format!("answers: m-1 of {about}")].into());
    assert!(typing.contains("typing: Agent"), "{typing:?}");
    assert!(
        typing
            .iter()
            .any(|line| line.starts_with("log: typing.started")),
        "{typing:?}"
    );
    assert_eq!(example.interrupt(), [""; 0]);
}

#[tokio::test]
async fn an_axum_application_takes_deliveries_below_a_path() {
    let (mut example, _folder) = start("example-embed-axum", ("KOMMO_CHANNEL_SECRET", SECRET));
    let message = Kommo::default().message("m-1", 0);
    let mut forged = message.clone();
    forged.body = Kommo::default().message("m-2", 0).body;

    assert_eq!(send(&example, "/hooks/in/support", &forged).await, 401);
    assert_eq!(send(&example, "/in/support", &message).await, 404);
    assert_eq!(send(&example, "/hooks/in/support", &message).await, 200);

    let line = example.line();
    assert!(
        line.starts_with("message.created ") && line.ends_with(":m-1"),
        "{line}"
    );
    let mut client = Client::connect(example.address()).await.unwrap();
    let mut page = Delivery::post("");
    page.method = "GET".parse().unwrap();
    let answer = client.send("/", &page).await.unwrap();
    assert_eq!(answer.body, b"an application with webhooks");
    assert_eq!(example.interrupt(), [""; 0]);
}

#[tokio::test]
async fn a_hyper_server_takes_deliveries_beside_its_pages() {
    let (mut example, _folder) = start("example-embed-hyper", ("KOMMO_CHANNEL_SECRET", SECRET));
    let message = Kommo::default().message("m-1", 0);
    let unsigned = Delivery::post(message.body.clone());

    assert_eq!(send(&example, "/in/support", &unsigned).await, 401);
    assert_eq!(send(&example, "/in/support", &message).await, 200);

    let line = example.line();
    assert!(
        line.starts_with("message.created ") && line.ends_with(":m-1"),
        "{line}"
    );
    let mut client = Client::connect(example.address()).await.unwrap();
    let answer = client.send("/", &Delivery::post("")).await.unwrap();
    assert_eq!(answer.body, b"a server with webhooks\n");
    assert_eq!(example.interrupt(), [""; 0]);
}

#[tokio::test]
async fn a_provider_of_ones_own_is_served_by_its_own_adapter() {
    const ROLE: SecretRole = SecretRole::text("secret", "Anywhere");
    static SCHEME: HmacScheme = HmacScheme::sha256(ROLE, "x-acme-signature");
    let (mut example, _folder) = start("example-custom-adapter", ("ACME_SECRET", "s3cret"));
    let secret = Secret::new("test", ROLE, "s3cret").unwrap();
    let endpoint = Endpoint::new("shop").with_secret(ROLE, secret);
    let hook = Delivery::post(r#"{"event":"message","id":7,"chat":"c-1","text":"Hello?"}"#);
    let signed = SCHEME.sign(&hook, &endpoint).unwrap();

    assert_eq!(send(&example, "/in/shop", &hook).await, 401);
    assert_eq!(send(&example, "/in/shop", &signed).await, 200);

    assert_eq!(example.line(), "conversation/c-1 says: Hello?");
    assert_eq!(example.interrupt(), [""; 0]);
}

/// The example with the adapters of `features`, listing them.
fn picked(profile: &str, features: &str) -> (Command, BTreeMap<String, String>) {
    let mut built = build(&[
        "build",
        "--locked",
        "--package=example-pick-providers",
        "--no-default-features",
        "--features",
        features,
        "--profile",
        profile,
    ]);
    let built = built.remove("example-pick-providers").unwrap();
    let Output { stdout, status, .. } = Command::new(&built).output().unwrap();
    assert!(status.success(), "{status}");
    let lines = String::from_utf8(stdout).unwrap();
    let linked = lines.lines().map(|line| line.split_once(" from ").unwrap());
    let linked = linked.map(|(name, home)| (name.to_owned(), home.to_owned()));
    (Command::new(built), linked.collect())
}

#[tokio::test]
async fn each_feature_alone_links_exactly_its_adapters() {
    let mut homes: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for linked in registrations() {
        let name = linked.descriptor.name.to_owned();
        let adapters = homes.entry(linked.crate_name).or_default();
        adapters.insert(name, linked.crate_name.to_owned());
    }
    assert!(homes.contains_key("switchboard-adapter-kommo"), "{homes:?}");

    for (home, adapters) in &homes {
        let feature = home.strip_prefix("switchboard-adapter-").unwrap();
        let (_, linked) = picked("dev", &format!("switchboard/{feature}"));
        assert_eq!(&linked, adapters, "{feature}");
    }
    assert_eq!(picked("dev", "").1, BTreeMap::new());

    let (mut command, _) = picked("dev", "kommo");
    command
        .args(["127.0.0.1:0", "kommo-chats"])
        .env("SECRET", SECRET);
    let folder = tempfile::tempdir().unwrap();
    let mut example = Example::start(&mut command, folder.path());
    let message = Kommo::default().message("m-1", 0);
    assert_eq!(send(&example, "/in/kommo-chats", &message).await, 200);
    let line = example.line();
    assert!(
        line.starts_with("message.created ") && line.ends_with(":m-1"),
        "{line}"
    );
    assert_eq!(example.interrupt(), [""; 0]);
}

/// A linker that throws away what nobody names must leave the adapters' registrations.
#[test]
fn a_binary_that_is_stripped_to_the_bone_has_its_adapters() {
    let (_, linked) = picked("probe", "switchboard/kommunicate");

    let names: Vec<_> = linked.into_keys().collect();
    assert_eq!(names, ["kommunicate", "kommunicate-bot"]);
}
