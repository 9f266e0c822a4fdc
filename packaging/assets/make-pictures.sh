#!/usr/bin/env bash
# Takes the README's pictures: the real window on a virtual screen, with made-up data.
# Needs: xvfb openbox imagemagick libgl1-mesa-dri
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --workspace --examples
Xvfb :97 -screen 0 900x720x24 -nolisten tcp & screen=$!
trap 'kill $screen' EXIT
export DISPLAY=:97 LIBGL_ALWAYS_SOFTWARE=1
sleep 1
for picture in before-you-start scan-the-code test-it-wrong answer-the-call-answered done; do
  target/debug/examples/gallery "$picture" light 900x720 & window=$!
  sleep 4
  import -window root -strip +dither -colors 200 PNG8:"assets/pictures/$picture.png"
  kill $window; wait $window || true
done
