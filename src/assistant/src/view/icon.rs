//! The icons that pages use. What they look like is in `assets/icons`.

macro_rules! icons {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// A Phosphor icon. It never stands without words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Icon {
            $(#[doc = concat!("`", $name, "`")] $variant),+
        }

        impl Icon {
            /// Every icon.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in `assets/icons/icons.toml`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

icons! {
    AndroidLogo = "android-logo",
    AppleLogo = "apple-logo",
    ArrowClockwise = "arrow-clockwise",
    ArrowSquareOut = "arrow-square-out",
    Buildings = "buildings",
    Calendar = "calendar",
    CaretLeft = "caret-left",
    CaretRight = "caret-right",
    ChatCircleText = "chat-circle-text",
    Check = "check",
    CheckCircle = "check-circle",
    Clock = "clock",
    CloudArrowUp = "cloud-arrow-up",
    CloudSlash = "cloud-slash",
    Copy = "copy",
    Desktop = "desktop",
    DeviceMobile = "device-mobile",
    DeviceMobileCamera = "device-mobile-camera",
    DownloadSimple = "download-simple",
    Eye = "eye",
    EyeSlash = "eye-slash",
    FloppyDisk = "floppy-disk",
    Hash = "hash",
    IdentificationCard = "identification-card",
    Info = "info",
    Key = "key",
    Keyboard = "keyboard",
    LockKey = "lock-key",
    MagnifyingGlassMinus = "magnifying-glass-minus",
    MagnifyingGlassPlus = "magnifying-glass-plus",
    MapPin = "map-pin",
    Phone = "phone",
    Printer = "printer",
    QrCode = "qr-code",
    Question = "question",
    ShieldCheck = "shield-check",
    SpeakerHigh = "speaker-high",
    User = "user",
    UserCircle = "user-circle",
    Warning = "warning",
    WarningCircle = "warning-circle",
    X = "x",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_in_the_font() {
        let list = include_str!("../../../../assets/icons/icons.toml");
        for icon in Icon::ALL {
            assert!(list.contains(&format!("\n{} = ", icon.name())), "{} is not in icons.toml", icon.name());
        }
    }
}
