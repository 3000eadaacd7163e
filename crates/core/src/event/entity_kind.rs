//! The kinds of CRM entities, what can happen to them, and the kind of event for each pair.

use serde::{Deserialize, Serialize};

/// What a CRM entity is.
///
/// ```
/// use switchboard_core::event::{Entity, EntityChange, EntityKind};
///
/// /// The kind that the provider's word means.
/// fn named(word: &str) -> Option<EntityKind> {
///     match word {
///         "deal" => Some(EntityKind::Lead),
///         "product" => Some(EntityKind::CatalogItem),
///         word => EntityKind::ALL.iter().copied().find(|kind| kind.name() == word),
///     }
/// }
///
/// let kind = named("deal").expect("a deal is a lead");
/// assert_eq!(Entity::new(kind, "7").after(EntityChange::Created).kind(), "lead.created");
/// assert_eq!(named("company"), Some(EntityKind::Company));
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EntityKind {
    /// A person.
    Contact,
    /// A business.
    Company,
    /// A deal in the making.
    Lead,
    /// Somebody who buys again and again.
    Customer,
    /// Something to do.
    Task,
    /// Something written down beside another entity.
    Note,
    /// A conversation as the CRM keeps it.
    Talk,
    /// Something for sale, or another line of a list.
    CatalogItem,
    /// A deal that nobody took up yet.
    IncomingLead,
}

impl EntityKind {
    /// Every kind of entity.
    pub const ALL: &[Self] = &[
        Self::Contact,
        Self::Company,
        Self::Lead,
        Self::Customer,
        Self::Task,
        Self::Note,
        Self::Talk,
        Self::CatalogItem,
        Self::IncomingLead,
    ];

    /// The name as in JSON, for example `catalog_item`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Company => "company",
            Self::Lead => "lead",
            Self::Customer => "customer",
            Self::Task => "task",
            Self::Note => "note",
            Self::Talk => "talk",
            Self::CatalogItem => "catalog_item",
            Self::IncomingLead => "incoming_lead",
        }
    }
}

/// What happened to a CRM entity.
///
/// ```
/// use switchboard_core::event::{Entity, EntityChange, EntityKind};
///
/// let kinds = EntityChange::ALL.iter().map(|change| {
///     let data = Entity::new(EntityKind::Task, "7").after(*change);
///     data.kind()
/// });
/// assert_eq!(kinds.filter(|kind| *kind == "task.updated").count(), 5);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EntityChange {
    /// It came to be.
    Created,
    /// It changed.
    Updated,
    /// An incoming lead was taken up.
    Accepted,
    /// An incoming lead was turned down.
    Declined,
    /// It is gone.
    Deleted,
    /// It is back.
    Restored,
    /// Somebody else is responsible for it.
    Assigned,
    /// A lead came to another stage.
    StatusChanged,
    /// A customer came to another stage of buying again.
    PeriodChanged,
}

impl EntityChange {
    /// Every change. Where two of them are told by one kind of event, the first one is read back.
    pub const ALL: &[Self] = &[
        Self::Created,
        Self::Updated,
        Self::Accepted,
        Self::Declined,
        Self::Deleted,
        Self::Restored,
        Self::Assigned,
        Self::StatusChanged,
        Self::PeriodChanged,
    ];

    /// The kind of event that tells of this change of an `entity`.
    pub(super) fn kind(self, entity: EntityKind) -> &'static str {
        macro_rules! kind_of {
            ($entity:literal) => {
                match self {
                    Self::Created => concat!($entity, ".created"),
                    Self::Deleted => concat!($entity, ".deleted"),
                    Self::Restored => concat!($entity, ".restored"),
                    Self::Assigned => concat!($entity, ".assigned"),
                    _ => concat!($entity, ".updated"),
                }
            };
        }
        match (entity, self) {
            (EntityKind::Lead, Self::StatusChanged) => "lead.status_changed",
            (EntityKind::Customer, Self::PeriodChanged) => "customer.period_changed",
            (EntityKind::IncomingLead, Self::Created) => "incoming_lead.created",
            (EntityKind::IncomingLead, Self::Accepted) => "incoming_lead.accepted",
            // Whoever throws one away does not take it up.
            (EntityKind::IncomingLead, Self::Declined | Self::Deleted) => "incoming_lead.declined",
            (EntityKind::IncomingLead, _) => "incoming_lead.updated",
            (EntityKind::Contact, _) => kind_of!("contact"),
            (EntityKind::Company, _) => kind_of!("company"),
            (EntityKind::Lead, _) => kind_of!("lead"),
            (EntityKind::Customer, _) => kind_of!("customer"),
            (EntityKind::Task, _) => kind_of!("task"),
            (EntityKind::Note, _) => kind_of!("note"),
            (EntityKind::Talk, _) => kind_of!("talk"),
            (EntityKind::CatalogItem, _) => kind_of!("catalog_item"),
        }
    }
}
