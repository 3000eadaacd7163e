//! Salesforce outbound messages: XML in batches, nothing signed, one acknowledgement for all.

use std::time::Duration;

use roxmltree::{Document, Node};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use switchboard_core::{
    DedupKey, Delivery, Descriptor, Draft, Endpoint, ParseError, Part, ProviderAdapter, Redelivery,
    Reply, Sample, SecretRole, Verified, VerifyError, register_adapter,
};

use crate::{build, events};

register_adapter!(Salesforce);

const ORGANIZATION: SecretRole = SecretRole::text(
    "organization_id",
    "Setup > Company Information, all 18 characters",
);

const ACK: &str = concat!(
    r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>"#,
    r#"<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>"#,
    "</notificationsResponse></soapenv:Body></soapenv:Envelope>",
);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Salesforce {}

#[derive(Debug)]
struct Notifications {
    organization: String,
    notifications: Vec<Part<Notification>>,
}

#[derive(Debug, Deserialize)]
struct Notification {
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "sObject")]
    object: Value,
}

impl ProviderAdapter for Salesforce {
    const DESCRIPTOR: Descriptor = Descriptor::new("salesforce", "Salesforce Outbound Messages")
        .answers_within(
            10,
            Redelivery::Retries {
                attempts: 20,
                within: Duration::from_hours(24),
            },
        )
        .unsigned()
        .secrets(&[ORGANIZATION])
        .redact(&["SessionId"])
        .samples(
            &[Sample::new("two-and-an-odd-one", NOTIFICATIONS.as_bytes())
                .with(&[("content-type", "text/xml; charset=utf-8")])],
        );
    type Payload = Notifications;

    async fn verify(
        &self,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Verified, VerifyError> {
        let Notifications { organization, .. } =
            self.parse(delivery).map_err(|_| VerifyError::mismatch())?;
        let verified = endpoint.matching(ORGANIZATION, organization.as_bytes())?;
        Ok(verified.account(organization))
    }

    fn reply(&self, _delivery: &Delivery, _endpoint: &Endpoint) -> Reply {
        Reply::xml(ACK)
    }

    fn parse(&self, delivery: &Delivery) -> Result<Notifications, ParseError> {
        let document = Document::parse(delivery.text()?)
            .map_err(|_| ParseError::new("the body is not XML without a DTD"))?;
        let elements = |name| {
            document
                .descendants()
                .filter(move |node| node.has_tag_name((OUTBOUND, name)))
        };
        let organization = elements("OrganizationId")
            .find_map(|node| node.text())
            .ok_or(ParseError::new("there is no OrganizationId"))?;
        let notifications = elements("Notification").map(value).collect();
        Ok(Notifications {
            organization: organization.to_owned(),
            notifications: serde_json::from_value(notifications)?,
        })
    }

    fn normalize(&self, payload: Notifications) -> Vec<Draft> {
        let draft = |part: Part<Notification>| {
            part.draft("notification", |Notification { id, object }| {
                let kind = object["type"].as_str().unwrap_or("sObject").to_owned();
                Draft::unknown(kind, object, DedupKey::provider([id]))
            })
        };
        let Notifications {
            organization,
            notifications,
        } = payload;
        notifications
            .into_iter()
            .map(|part| draft(part).account(Some(&organization)))
            .collect()
    }
}

const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An element as JSON: its text, or its children by name and its `xsi:type`.
fn value(element: Node<'_, '_>) -> Value {
    let mut fields: Map<_, _> = element
        .children()
        .filter(Node::is_element)
        .map(|child| (child.tag_name().name().to_owned(), value(child)))
        .collect();
    if fields.is_empty() {
        return element.text().map_or(Value::Null, Value::from);
    }
    if let Some(kind) = element.attribute((INSTANCE, "type")) {
        let local = kind.rsplit(':').next().unwrap_or(kind);
        fields.insert("type".to_owned(), Value::from(local));
    }
    Value::Object(fields)
}

const NOTIFICATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>00D50000000IZ3ZEAW</OrganizationId>
   <ActionId>04k500000008Qh1AAE</ActionId>
   <SessionId>hunter2</SessionId>
   <EnterpriseUrl>https://example.my.salesforce.com/services/Soap/c/61.0/00D50000000IZ3Z</EnterpriseUrl>
   <Notification>
    <Id>04l500000008QhBAAU</Id>
    <sObject xsi:type="sf:Lead" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     <sf:Id>00Q5000000AbCdEEAX</sf:Id><sf:Company>Smith &amp; Sons</sf:Company><sf:Phone xsi:nil="true"/>
    </sObject>
   </Notification>
   <Notification><Id>04l500000008QhCAAU</Id></Notification>
   <Notification>
    <Id>04l500000008QhDAAU</Id>
    <sObject xsi:type="sf:Case" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>5005000000AbCdEEAX</sf:Id></sObject>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>"#;

fn endpoint(organization: &str) -> Endpoint {
    Endpoint::fixed(crate::NOW).with_secret_text(ORGANIZATION, organization)
}

#[tokio::test]
async fn the_organization_in_the_body_is_the_token() {
    let salesforce = build("salesforce", &json!({}));
    let delivery = Delivery::post(NOTIFICATIONS);

    let verified = salesforce
        .verify(&delivery, &endpoint("00D50000000IZ3ZEAW"))
        .await
        .unwrap();
    let refused = salesforce
        .verify(&delivery, &endpoint("00D50000000IZ3ZEAX"))
        .await;

    assert_eq!(verified.scheme, "token");
    assert_eq!(verified.account.as_deref(), Some("00D50000000IZ3ZEAW"));
    assert!(
        matches!(refused, Err(VerifyError::Mismatch { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_is_no_such_xml_proves_nothing() {
    let salesforce = build("salesforce", &json!({}));
    let doctype = r#"<!DOCTYPE a [<!ENTITY b "c">]><soapenv:Envelope"#;
    let entity = NOTIFICATIONS.replacen("<soapenv:Envelope", doctype, 1);
    for body in ["", "{}", "<a/>", &NOTIFICATIONS[..400], &entity] {
        let delivery = Delivery::post(body.to_owned());
        let refused = salesforce
            .verify(&delivery, &endpoint("00D50000000IZ3ZEAW"))
            .await;
        assert!(
            matches!(refused, Err(VerifyError::Mismatch { .. })),
            "{refused:?}"
        );
        assert!(salesforce.decode(&delivery).is_err());
    }
}

#[test]
fn an_odd_notification_harms_only_itself_and_one_ack_answers_all() {
    let salesforce = build("salesforce", &json!({}));
    let delivery = Delivery::post(NOTIFICATIONS);

    let events = events(&*salesforce, &delivery);
    let reply = salesforce.reply(&delivery, &endpoint("any"));

    let ids: Vec<_> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "provider.event:04l500000008QhBAAU",
            "provider.event:1-1:1",
            "provider.event:04l500000008QhDAAU",
        ]
    );
    assert_eq!(events[0].source, "/salesforce/test/00D50000000IZ3ZEAW");
    assert_eq!(
        events[0].data["fields"],
        json!({"Id": "00Q5000000AbCdEEAX", "Company": "Smith & Sons", "Phone": null, "type": "Lead"})
    );
    assert_eq!(events[1].data["reason"], "missing field `sObject`");
    assert_eq!(
        events[1].data["fields"],
        json!({"Id": "04l500000008QhCAAU"})
    );
    assert_eq!(events[2].data["kind"], "Case");
    assert_eq!(reply.body(), ACK);
    assert!(!format!("{events:?}").contains("hunter2"));
}
