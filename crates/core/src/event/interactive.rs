//! What can be pressed, picked or filled in.

use serde::{Deserialize, Serialize};

/// What can be pressed, picked or filled in, and what was.
///
/// ```
/// use switchboard_core::event::{Interactive, InteractiveKind, Item};
///
/// let item = |id: &str, title: &str| Item {
///     id: Some(id.into()),
///     title: Some(title.into()),
///     ..Item::default()
/// };
/// let question = Interactive {
///     items: vec![item("yes", "Yes, please"), item("no", "No, thanks")],
///     ..Interactive::new(InteractiveKind::Buttons)
/// };
/// assert_eq!(question.items.len(), 2);
/// assert!(question.submitted.is_empty());
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Interactive {
    /// What it is.
    pub kind: InteractiveKind,
    /// What can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// What was chosen or filled in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub submitted: Vec<Submission>,
    /// The approved template that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Template>,
}

impl Interactive {
    /// Something of this kind without items.
    pub fn new(kind: InteractiveKind) -> Self {
        Self {
            kind,
            items: Vec::new(),
            submitted: Vec::new(),
            template: None,
        }
    }
}

/// What kind of thing can be pressed, picked or filled in.
///
/// ```
/// use switchboard_core::event::InteractiveKind;
///
/// /// What the provider's word means, where we have one for it.
/// fn kind(word: &str) -> Option<InteractiveKind> {
///     match word {
///         "quick_reply" => Some(InteractiveKind::Options),
///         "list" => Some(InteractiveKind::List),
///         "button" => Some(InteractiveKind::Buttons),
///         "carousel" => Some(InteractiveKind::Cards),
///         "flow" => Some(InteractiveKind::Form),
///         "template" => Some(InteractiveKind::Template),
///         _ => None,
///     }
/// }
///
/// assert_eq!(kind("carousel"), Some(InteractiveKind::Cards));
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InteractiveKind {
    /// Quick answers.
    Options,
    /// A list with sections.
    List,
    /// Buttons under the message.
    Buttons,
    /// Cards with pictures and actions.
    Cards,
    /// Fields to fill in.
    Form,
    /// An approved template.
    Template,
}

/// One thing to choose.
///
/// ```
/// use switchboard_core::event::Item;
///
/// let card = Item {
///     title: Some("Tea".into()),
///     media_url: Some("https://shop.example/tea.jpg".into()),
///     items: vec![Item {
///         id: Some("buy-tea".into()),
///         title: Some("Buy".into()),
///         ..Item::default()
///     }],
///     ..Item::default()
/// };
/// assert_eq!(card.items[0].id.as_deref(), Some("buy-tea"));
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Item {
    /// What comes back when it is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The words on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// More words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The page it opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_url: Option<String>,
    /// The section or row it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Things to choose on it, for example a card's buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Self>,
}

/// One thing that was chosen or filled in.
///
/// ```
/// use switchboard_core::event::{Interactive, InteractiveKind, Submission};
///
/// let mut form = Interactive::new(InteractiveKind::Form);
/// form.submitted.push(Submission {
///     id: Some("email".into()),
///     title: Some("Your e-mail".into()),
///     value: Some("ann@example.com".into()),
/// });
/// let email = form.submitted.iter().find(|field| field.id.as_deref() == Some("email"));
/// assert_eq!(email.and_then(|field| field.value.as_deref()), Some("ann@example.com"));
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Submission {
    /// The item's id or the field's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The words on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What was filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// An approved template and what was filled into it.
///
/// ```
/// use switchboard_core::event::{Parameter, Template};
///
/// let template = Template {
///     text: Some("Your receipt, {{name}}".into()),
///     parameters: vec![Parameter {
///         name: "name".into(),
///         value: "Ann".into(),
///     }],
///     ..Template::default()
/// };
/// let filled = template.parameters.iter().fold(
///     template.text.clone().unwrap_or_default(),
///     |text, it| text.replace(&format!("{{{{{}}}}}", it.name), &it.value),
/// );
/// assert_eq!(filled, "Your receipt, Ann");
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Template {
    /// The provider's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The integration's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The words with their placeholders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What stands for the placeholders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
}

/// What stands for one placeholder of a template.
///
/// ```
/// use switchboard_core::event::Parameter;
///
/// // Placeholders that have only a place are named by it, from 1.
/// let parameters = (1..).zip(["Ann", "12 May"]).map(|(place, value): (u8, _)| Parameter {
///     name: place.to_string(),
///     value: value.to_owned(),
/// });
/// assert_eq!(parameters.last().map(|it| it.name + ": " + &it.value).as_deref(), Some("2: 12 May"));
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Parameter {
    /// The placeholder.
    pub name: String,
    /// What stands for it.
    pub value: String,
}
