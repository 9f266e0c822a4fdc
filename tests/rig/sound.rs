//! Sound as a telephone carries it, one channel of 16 bits at 8 kHz: made, and measured.
//!
//! Not here: what is said. The prompts are in the assets.

use std::path::Path;

/// Samples a second.
pub const RATE_HZ: u32 = 8_000;

/// What somebody heard, or could hear.
pub struct Sound(Vec<f64>);

impl Sound {
    /// A tone at a fifth of full loudness, which is about that of speech.
    pub fn tone(hz: f64, secs: f64) -> Self {
        let count = (secs * f64::from(RATE_HZ)) as u32;
        let sample = |at| 0.2 * (std::f64::consts::TAU * hz * f64::from(at) / f64::from(RATE_HZ)).sin();
        Self((0..count).map(sample).collect())
    }

    /// Nothing, for so long.
    pub fn silence(secs: f64) -> Self {
        Self(vec![0.0; (secs * f64::from(RATE_HZ)) as usize])
    }

    /// One after the other.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Reads a WAV file, also one that is still being written: its head is then without a length.
    ///
    /// # Panics
    /// When it is no WAV file of this kind.
    pub fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE"), "{}", path.display());
        assert_eq!(bytes.get(24..28), Some(&RATE_HZ.to_le_bytes()[..]), "{}: the rate", path.display());
        let data = bytes.windows(4).position(|four| four == b"data").expect("a WAV file has data");
        let samples = bytes[(data + 8).min(bytes.len())..].chunks_exact(2);
        Self(samples.map(|two| f64::from(i16::from_le_bytes([two[0], two[1]])) / 32_768.0).collect())
    }

    /// Writes a WAV file.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, path: &Path) {
        let length = u32::try_from(self.0.len() * 2).expect("a short sound");
        let mut bytes = Vec::with_capacity(self.0.len() * 2 + 44);
        bytes.extend_from_slice(b"RIFF");
        bytes.extend_from_slice(&(length + 36).to_le_bytes());
        bytes.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        bytes.extend_from_slice(&RATE_HZ.to_le_bytes());
        bytes.extend_from_slice(&(RATE_HZ * 2).to_le_bytes());
        bytes.extend_from_slice(b"\x02\0\x10\0data");
        bytes.extend_from_slice(&length.to_le_bytes());
        for sample in &self.0 {
            bytes.extend_from_slice(&((sample * 32_767.0) as i16).to_le_bytes());
        }
        std::fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// How long it is.
    pub fn secs(&self) -> f64 {
        self.0.len() as f64 / f64::from(RATE_HZ)
    }

    /// How loud it is on the whole: the root of the mean square, 0 to 1. Speech is about 0.1, silence below 0.001.
    pub fn loudness(&self) -> f64 {
        loudness(&self.0)
    }

    /// How much of its power is in one tone, 0 to 1 (Goertzel).
    pub fn share_of(&self, hz: f64) -> f64 {
        let turn = std::f64::consts::TAU * hz / f64::from(RATE_HZ);
        let (mut real, mut imaginary) = (0.0, 0.0);
        for (at, sample) in self.0.iter().enumerate() {
            let angle = turn * at as f64;
            real += sample * angle.cos();
            imaginary += sample * angle.sin();
        }
        let power: f64 = self.0.iter().map(|sample| sample * sample).sum();
        let count = self.0.len() as f64;
        if power == 0.0 { 0.0 } else { 2.0 * (real * real + imaginary * imaginary) / (power * count) }
    }

    /// How well another sound's rise and fall can be found in this one, 0 to 1: the best correlation of the two
    /// loudnesses over windows of 20 ms, at any shift. The same sentence is above 0.9, another one below 0.7.
    pub fn likeness(&self, other: &Self) -> f64 {
        let (long, short) = (self.envelope(), other.envelope());
        let (long, short) = if long.len() < short.len() { (short, long) } else { (long, short) };
        long.windows(short.len().max(1)).map(|window| correlation(window, &short)).fold(0.0, f64::max)
    }

    fn envelope(&self) -> Vec<f64> {
        self.0.chunks(RATE_HZ as usize / 50).map(loudness).collect()
    }
}

fn loudness(samples: &[f64]) -> f64 {
    let squares: f64 = samples.iter().map(|sample| sample * sample).sum();
    if samples.is_empty() { 0.0 } else { (squares / samples.len() as f64).sqrt() }
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut both, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        both += (a - mean_a) * (b - mean_b);
        square_a += (a - mean_a) * (a - mean_a);
        square_b += (b - mean_b) * (b - mean_b);
    }
    if square_a * square_b == 0.0 { 0.0 } else { both / (square_a * square_b).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::Sound;

    #[test]
    fn a_tone_is_found_by_its_pitch_and_silence_is_silent() {
        let file = tempfile::NamedTempFile::new().unwrap();
        Sound::tone(1_000.0, 0.5).then(Sound::silence(0.5)).write(file.path());
        let sound = Sound::read(file.path());
        assert_eq!(sound.secs(), 1.0);
        assert!((sound.loudness() - 0.1).abs() < 0.001, "{}", sound.loudness());
        assert!(sound.share_of(1_000.0) > 0.4 && sound.share_of(700.0) < 0.01);
        assert!(Sound::silence(1.0).loudness() < 0.001 && Sound::silence(1.0).share_of(1_000.0) < 0.001);
    }

    #[test]
    fn a_sound_is_like_itself_later_and_not_like_another() {
        let morse = |parts: &[f64]| {
            let start = Sound::silence(0.1);
            parts
                .iter()
                .fold(start, |sound, secs| sound.then(Sound::tone(600.0, *secs)).then(Sound::silence(0.12)))
        };
        let (one, other) = (morse(&[0.1, 0.3, 0.1, 0.1]), morse(&[0.5, 0.02, 0.04, 0.5, 0.4]));
        assert!(Sound::silence(0.73).then(morse(&[0.1, 0.3, 0.1, 0.1])).likeness(&one) > 0.9);
        assert!(other.likeness(&one) < 0.7, "{}", other.likeness(&one));
    }
}
