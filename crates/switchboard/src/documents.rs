//! What fetches the keys that some providers sign by, unless a gateway is given something else.

use std::sync::Arc;

use switchboard_core::{Clock, Documents};

/// What every gateway fetches documents by, unless [`Builder::documents`](crate::Builder::documents)
/// gives it something else: with feature `http-sink` an
/// [`HttpDocuments`](crate::sinks::HttpDocuments), over TLS and from public addresses only. It comes
/// with that feature because it needs the same client and nothing more. Without it every document is
/// [`Unavailable`](switchboard_core::VerifyError::Unavailable), and the error says what to enable.
///
/// For endpoints that are put together in code; several may share one, and so what it keeps.
///
/// ```
/// use std::sync::Arc;
///
/// use switchboard::core::{Endpoint, SystemClock, VerifyError};
///
/// let documents = switchboard::documents(Arc::new(SystemClock));
/// let endpoint = Endpoint::new("support").with_documents(documents);
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// // A private address is none that keys are fetched from.
/// let refused = endpoint.document("https://10.0.0.7/keys.json", None).await;
/// assert!(matches!(refused, Err(VerifyError::Unavailable(_))));
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn documents(clock: Arc<dyn Clock>) -> Arc<dyn Documents> {
    #[cfg(feature = "http-sink")]
    {
        use switchboard_sinks::{Guard, HttpDocuments};
        Arc::new(HttpDocuments::new(Guard::public()).clock(clock))
    }
    #[cfg(not(feature = "http-sink"))]
    {
        drop(clock);
        Arc::new(nothing::Nothing)
    }
}

#[cfg(not(feature = "http-sink"))]
mod nothing {
    use async_trait::async_trait;
    use bytes::Bytes;
    use switchboard_core::{Documents, VerifyError};

    /// Has no client to fetch by.
    #[derive(Debug)]
    pub(super) struct Nothing;

    #[async_trait]
    impl Documents for Nothing {
        async fn document(&self, _: &str, _: Option<&Bytes>) -> Result<Bytes, VerifyError> {
            Err(VerifyError::unavailable(
                "nothing fetches documents in this binary; enable cargo feature `http-sink`, or give \
                 your own with `documents`",
            ))
        }
    }

    #[cfg(test)]
    mod tests {
        use std::error::Error;

        use super::*;

        #[tokio::test]
        async fn what_to_enable_is_told() {
            let error = Nothing.document("https://acme.example/keys", None).await;

            let error = error.unwrap_err();
            let told = error.source().unwrap().to_string();
            assert!(told.contains("enable cargo feature `http-sink`"), "{told}");
        }
    }
}
