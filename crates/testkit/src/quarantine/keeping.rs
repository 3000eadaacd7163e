//! What is kept can be found, whole, until it is removed.

use http::{HeaderValue, Method};
use switchboard_core::Delivery;
use switchboard_core::quarantine::{Held, Listing, Quarantine as _, Ring, SuspectId};

use super::QuarantineUnderTest;
use super::trial::{AMPLE, Broken, Checked, bodies, got, held, ids, of, refused, same, unverified};

pub(super) async fn what_is_kept_is_listed_in_order<U: QuarantineUnderTest>(place: U) -> Checked {
    let quarantine = place.open(AMPLE).await;

    quarantine.keep(refused("a"));
    quarantine.keep(unverified("b"));
    quarantine.keep(refused("c"));

    same("the bodies", bodies(&quarantine).await?, ["a", "b", "c"])?;
    for held in held(&quarantine).await? {
        let expected = Held::new(held.id, &got(&quarantine, held.id).await?);
        same("what is listed", held, expected)?;
    }
    Ok(())
}

pub(super) async fn bytes_come_out_as_they_went_in<U: QuarantineUnderTest>(place: U) -> Checked {
    let quarantine = place.open(AMPLE).await;
    let mut delivery = Delivery::post(&b"\0\xff body"[..])
        .to("https://hooks.example.com/in/support/%2e%2E//?a=1&a=%00&b")
        .with("x-repeated", "1")
        .with("x-other", "")
        .with("x-repeated", "2");
    let odd = HeaderValue::from_bytes(b"\xfe\xff \t\x80")?;
    delivery.headers.append("x-bytes", odd);
    delivery.method = Method::from_bytes(b"PROPFIND")?;
    delivery.received_at = "2026-11-24T16:00:00.123456789Z".parse()?;
    delivery.peer = Some("2001:db8::1".parse()?);
    let large: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    let mut suspect = refused("");
    suspect.delivery = delivery.clone();

    quarantine.keep(suspect);
    quarantine.keep(refused(large.clone()));

    let ids = ids(&quarantine).await?;
    let [first, second] = ids.as_slice() else {
        return Err(Broken::new(format!("two were kept, and {ids:?} are held")));
    };
    let out = got(&quarantine, *first).await?.delivery;
    same("the method", out.method, delivery.method)?;
    same("the URL", out.url.to_string(), delivery.url.to_string())?;
    same("the headers", out.headers, delivery.headers)?;
    same("the body", out.body, delivery.body)?;
    same("the time", out.received_at, delivery.received_at)?;
    same("the caller", out.peer, delivery.peer)?;
    if got(&quarantine, *second).await?.delivery.body != large {
        return Err(Broken::new("a large body was altered"));
    }
    Ok(())
}

pub(super) async fn a_listing_keeps_to_its_limit_and_its_cursor<U: QuarantineUnderTest>(
    place: U,
) -> Checked {
    let quarantine = place.open(AMPLE).await;
    for _ in 0..5 {
        quarantine.keep(refused("a"));
    }
    let all = ids(&quarantine).await?;

    let mut seen = Vec::new();
    let mut after = SuspectId(0);
    loop {
        let page = quarantine.list(&Listing::first(2).after(after)).await?;
        let Some(last) = page.last() else { break };
        if page.len() > 2 || seen.len() > 5 {
            return Err(Broken::new("a listing goes beyond its limit"));
        }
        after = last.id;
        seen.extend(page.iter().map(|held| held.id));
    }

    same("the pages together", seen, all)
}

pub(super) async fn an_endpoint_sees_its_own_only<U: QuarantineUnderTest>(place: U) -> Checked {
    let quarantine = place.open(AMPLE).await;
    quarantine.keep(of("a", refused("1")));
    quarantine.keep(of("b", refused("2")));
    quarantine.keep(of("a", unverified("3")));

    let of_a = quarantine.list(&Listing::first(9).endpoint("a")).await?;
    let both = Listing::first(9).endpoint("a").ring(Ring::Unverified);
    let unverified = quarantine.list(&both).await?;

    let endpoints: Vec<_> = of_a.iter().map(|held| held.endpoint.as_str()).collect();
    same("the endpoints", endpoints, ["a", "a"])?;
    same("what is unverified of one", unverified.len(), 1)
}

pub(super) async fn what_is_removed_is_gone<U: QuarantineUnderTest>(place: U) -> Checked {
    let quarantine = place.open(AMPLE).await;
    for body in ["a", "b", "c"] {
        quarantine.keep(refused(body));
    }
    let all = ids(&quarantine).await?;

    quarantine.remove(&all[..2]).await?;

    same("what is left", bodies(&quarantine).await?, ["c"])?;
    match quarantine.get(all[0]).await? {
        Some(_) => Err(Broken::new("what was removed can be had")),
        None => Ok(()),
    }
}

pub(super) async fn an_id_is_never_used_again<U: QuarantineUnderTest>(place: U) -> Checked {
    let quarantine = place.open(AMPLE).await;
    quarantine.keep(refused("a"));
    let before = ids(&quarantine).await?;
    quarantine.remove(&before).await?;

    quarantine.keep(refused("b"));

    let after = ids(&quarantine).await?;
    if after.len() != 1 || after <= before {
        let how = format!("{after:?} came after {before:?}");
        return Err(Broken::new(how));
    }
    Ok(())
}

pub(super) async fn debug_shows_nothing_of_a_request<U: QuarantineUnderTest>(place: U) -> Checked {
    let quarantine = place.open(AMPLE).await;
    let mut suspect = refused("hunter2");
    suspect.delivery = suspect
        .delivery
        .with("x-token", "hunter2")
        .to("/in/hunter2");
    quarantine.keep(suspect.clone());
    held(&quarantine).await?;

    for shown in [format!("{quarantine:?}"), format!("{suspect:?}")] {
        if shown.contains("hunter2") {
            return Err(Broken::new("`Debug` shows what came"));
        }
    }
    Ok(())
}
