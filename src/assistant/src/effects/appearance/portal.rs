//! The settings of the desktop portal, which each desktop fills from its own.

use std::time::Duration;

use zbus::zvariant::{OwnedValue, Value};

use super::{Appearance, ColourScheme};

/// Long enough for a portal that starts only when it is asked.
const PATIENCE: Duration = Duration::from_secs(5);

/// Hands over what is known, as soon as it is. Nothing where there is no bus, no portal, or no answer in time.
pub(super) fn read(bus: Option<&str>, take: &mut dyn FnMut(Appearance)) {
    let asked: zbus::Result<()> = zbus::block_on(async {
        let builder = match bus {
            Some(address) => zbus::connection::Builder::address(address)?,
            None => zbus::connection::Builder::session()?,
        };
        let connection = builder.method_timeout(PATIENCE).build().await?;
        let scheme = setting(&connection, "org.freedesktop.appearance", "color-scheme").await?;
        let mut appearance = Appearance { scheme: scheme_of(scheme.as_deref()), ..Appearance::default() };
        // Light or dark shows at once; whether things move can come a moment later.
        take(appearance);
        let reduced = setting(&connection, "org.freedesktop.appearance", "reduced-motion").await?;
        // What GNOME had long before, and other desktops with its settings.
        let moves = setting(&connection, "org.gnome.desktop.interface", "enable-animations").await?;
        appearance.reduced_motion = is_reduced(reduced.as_deref(), moves.as_deref());
        take(appearance);
        Ok(())
    });
    if let Err(error) = asked {
        tracing::debug!(%error, "the desktop does not say how programs are to look");
        take(Appearance::default());
    }
}

/// One setting; `None` where the portal does not know it.
async fn setting(
    connection: &zbus::Connection,
    namespace: &str,
    key: &str,
) -> zbus::Result<Option<OwnedValue>> {
    let reply = connection
        .call_method(
            Some("org.freedesktop.portal.Desktop"),
            "/org/freedesktop/portal/desktop",
            Some("org.freedesktop.portal.Settings"),
            // Its newer name, ReadOne, is not known to every desktop.
            "Read",
            &(namespace, key),
        )
        .await;
    match reply {
        Ok(reply) => Ok(reply.body().deserialize::<OwnedValue>().ok()),
        Err(zbus::Error::MethodError(..)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// 1 is dark, 2 is light, 0 is neither.
pub(super) fn scheme_of(value: Option<&Value<'_>>) -> ColourScheme {
    if number(value) == Some(1) { ColourScheme::Dark } else { ColourScheme::Light }
}

/// 1 asks for less of it; GNOME says whether things move at all.
pub(super) fn is_reduced(reduced: Option<&Value<'_>>, moves: Option<&Value<'_>>) -> bool {
    number(reduced) == Some(1) || moves.map(unwrapped) == Some(&Value::Bool(false))
}

fn number(value: Option<&Value<'_>>) -> Option<u32> {
    if let Some(Value::U32(number)) = value.map(unwrapped) { Some(*number) } else { None }
}

/// Desktops differ in how many variants they wrap it in.
fn unwrapped<'a, 'v>(value: &'a Value<'v>) -> &'a Value<'v> {
    if let Value::Value(inner) = value { unwrapped(inner) } else { value }
}
