//! An endpoint can fetch the keys that its provider publishes.

use std::error::Error as _;

use super::{GOOD, load};

#[tokio::test]
async fn an_endpoint_fetches_documents_but_not_from_its_own_network() {
    let config = load(GOOD, &[]).config.unwrap();
    let endpoint = &config.endpoints[0].endpoint;

    let refused = endpoint.document("https://10.0.0.7/keys.json", None).await;

    let told = refused.unwrap_err().source().unwrap().to_string();
    let expected = if cfg!(feature = "http-sink") {
        "the URL's address 10.0.0.7 is one that must not be called"
    } else {
        "nothing fetches documents in this binary; enable cargo feature `http-sink`, or give your own \
         with `documents`"
    };
    assert_eq!(told, expected);
}
