//! What happens to the integration itself: its app and its templates.

use serde::{Deserialize, Serialize};

use super::{Data, Party, Template};

/// Data of `app.installed` and `app.uninstalled`.
///
/// ```
/// use switchboard_core::event::Installation;
///
/// let mut installation = Installation::default();
/// installation.app.id = Some("5a1f4c0e".into());
/// assert_eq!(installation.clone().installed().kind(), "app.installed");
/// assert_eq!(installation.uninstalled().kind(), "app.uninstalled");
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Installation {
    /// Which app.
    pub app: App,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Party>,
}

impl Installation {
    /// An account took it into use.
    pub fn installed(self) -> Data {
        Data::App(AppChange::Installed, Box::new(self))
    }

    /// An account gave it up: its tokens are void.
    pub fn uninstalled(self) -> Data {
        Data::App(AppChange::Uninstalled, Box::new(self))
    }
}

/// An integration, as the provider lists it.
///
/// ```
/// use switchboard_core::event::{App, Installation};
///
/// let installation = Installation {
///     app: App {
///         id: Some("5a1f4c0e".into()),
///         name: Some("Receipts".into()),
///     },
///     actor: None,
/// };
/// assert_eq!(installation.installed().subject().as_deref(), Some("app/5a1f4c0e"));
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct App {
    /// The provider's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name as shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What happened to an app.
///
/// ```
/// use switchboard_core::Data;
/// use switchboard_core::event::{AppChange, Installation};
///
/// /// Whether the tokens that are kept for the account are void.
/// fn is_gone(data: &Data) -> bool {
///     matches!(data, Data::App(AppChange::Uninstalled, _))
/// }
///
/// assert!(is_gone(&Installation::default().uninstalled()));
/// assert!(!is_gone(&Installation::default().installed()));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AppChange {
    /// An account took it into use.
    Installed,
    /// An account gave it up.
    Uninstalled,
}

/// Data of `template.reviewed`.
///
/// ```
/// use switchboard_core::event::{ReviewStatus, Template, TemplateReview};
///
/// let template = Template {
///     id: Some("31".into()),
///     ..Template::default()
/// };
/// let review = TemplateReview::new(template, ReviewStatus::Approved);
/// assert_eq!(review.reviewed().kind(), "template.reviewed");
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TemplateReview {
    /// Which template.
    pub template: Template,
    /// What became of it.
    pub status: ReviewStatus,
    /// The provider's word for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_status: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl TemplateReview {
    /// A review of `template` with this outcome.
    pub fn new(template: Template, status: ReviewStatus) -> Self {
        Self {
            template,
            status,
            original_status: None,
            reason: None,
        }
    }

    /// It was reviewed.
    pub fn reviewed(self) -> Data {
        Data::Template(Box::new(self))
    }
}

/// What became of a template.
///
/// ```
/// use switchboard_core::event::ReviewStatus;
///
/// /// What the provider's word means.
/// fn status(word: &str) -> ReviewStatus {
///     match word {
///         "PENDING" => ReviewStatus::Pending,
///         "APPROVED" => ReviewStatus::Approved,
///         "REJECTED" => ReviewStatus::Rejected,
///         "PAUSED" => ReviewStatus::Paused,
///         "DISABLED" => ReviewStatus::Disabled,
///         _ => ReviewStatus::Unknown,
///     }
/// }
///
/// assert_eq!(serde_json::to_string(&status("PAUSED"))?, r#""paused""#);
/// assert_eq!(status("FLAGGED"), ReviewStatus::Unknown);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReviewStatus {
    /// Nobody looked at it yet.
    Pending,
    /// It can be used.
    Approved,
    /// It cannot be used.
    Rejected,
    /// It cannot be used for a while.
    Paused,
    /// It cannot be used any more.
    Disabled,
    /// The provider's word has no place in this list.
    Unknown,
}
