"""Makes the program's text and icon fonts. Run by make-fonts.sh.

usage: make_fonts.py ATKINSON_PACKAGE PHOSPHOR_PACKAGE OUT

The web package cuts each weight into a latin and a latin-ext file. They are
cut from one master, so glyphs of the same name are the same glyph (asserted
below) and the two can be put together by name:

* outlines, metrics, cmap: the union;
* GSUB, and the mark attachment of GPOS: latin's lookups, then latin-ext's;
* kerning: latin knows pairs inside latin, latin-ext pairs inside latin-ext.
  Pairs across the cut were lost, so each letter of latin-ext is kerned there
  as its base letter (w circumflex as w), as the master's own classes do.

Hinting is removed. What there was is a few bytes that say "not hinted"; with
them gone egui's own auto-hinter applies, unless FontTweak::hinting is off.
"""

import re
import shutil
import sys
import unicodedata
from pathlib import Path

from fontTools import subset
from fontTools.otlLib.builder import (
    buildLookup,
    buildPairPosClassesSubtable,
    buildValue,
)
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables as ot

FACES = {"Regular": 400, "Bold": 700}

REGULAR = """
android-logo apple-logo arrow-clockwise arrow-square-out buildings calendar
caret-left caret-right chat-circle-text check check-circle clock
cloud-arrow-up cloud-slash copy desktop device-mobile device-mobile-camera
download-simple eye eye-slash floppy-disk hash house identification-card info
key keyboard lock-key magnifying-glass-minus magnifying-glass-plus map-pin
phone phone-call printer qr-code question shield-check speaker-high translate
user user-circle warning warning-circle x
""".split()
FILL = "check-circle map-pin shield-check warning warning-circle".split()

# What the pages need of the text fonts.
MUST_COVER = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "\u00a0£€©‘’“”–—…·•×°"
    + "âêîôûŵŷÂÊÎÔÛŴŶáéíóúẃýÁÉÍÓÚẂÝàèìòùẁỳÀÈÌÒÙẀỲäëïöüẅÿÄËÏÖÜẄŸ"  # Welsh
    + "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"  # Polish
    + "ăâîșțĂÂÎȘȚ"  # Romanian
    + "ąčęėįšųūžĄČĘĖĮŠŲŪŽ"  # Lithuanian
)

# What the two files of a weight must agree in.
SAME = {
    "head": ("unitsPerEm",),
    "hhea": ("ascent", "descent", "lineGap"),
    "OS/2": ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent",
             "usWinDescent", "usWeightClass", "fsSelection", "fsType"),
}

# Letters of latin-ext without a canonical decomposition, and accents wide
# enough to be kept further from the letter before them.
BASE = {"đ": "d", "Đ": "D", "ł": "l", "Ł": "L"}
WIDE = {"a": "adieresis", "e": "edieresis", "i": "idieresis"}
WIDE_MARKS = {"\u0304", "\u0306"}  # macron, breve
# The caron of these stands beside the letter: not to be kerned as d or l.
OWN_RIGHT_SIDE = {"dcaron", "lcaron"}


# --- kerning ---------------------------------------------------------------


def kern_lookups(font):
    gpos = font["GPOS"].table
    indices = {
        i
        for record in gpos.FeatureList.FeatureRecord
        if record.FeatureTag == "kern"
        for i in record.Feature.LookupListIndex
    }
    return [gpos.LookupList.Lookup[i] for i in sorted(indices)]


def read_kerning(font):
    """Returns kern(first, second), as a shaper would find it."""
    lookups = []
    for lookup in kern_lookups(font):
        assert lookup.LookupType == 2 and lookup.LookupFlag == 8
        subtables = []
        for sub in lookup.SubTable:
            assert sub.ValueFormat1 == 4 and sub.ValueFormat2 == 0
            if sub.Format == 1:
                pairs = {
                    (first, record.SecondGlyph): record.Value1.XAdvance
                    for first, pair_set in zip(sub.Coverage.glyphs, sub.PairSet)
                    for record in pair_set.PairValueRecord
                }
                subtables.append(pairs.get)
            else:
                subtables.append(class_lookup(sub))
        lookups.append(subtables)

    def kern(first, second):
        total = 0
        for subtables in lookups:
            for find in subtables:
                value = find((first, second))
                if value is not None:
                    total += value
                    break
        return total

    return kern


def class_lookup(sub):
    covered = set(sub.Coverage.glyphs)
    first_class, second_class = sub.ClassDef1.classDefs, sub.ClassDef2.classDefs

    def find(pair):
        first, second = pair
        if first not in covered:
            return None
        row = sub.Class1Record[first_class.get(first, 0)]
        value = row.Class2Record[second_class.get(second, 0)].Value1
        return value.XAdvance if value else 0

    return find


def stand_ins(latin, ext):
    """For each glyph only in latin-ext, the latin glyph it is kerned as."""
    names = latin.getBestCmap()
    as_first, as_second = {}, {}
    for code, glyph in ext.getBestCmap().items():
        if code in names:
            continue
        char = chr(code)
        parts = unicodedata.normalize("NFD", char)
        base = BASE.get(char, parts[0] if len(parts) > 1 else None)
        if base is None or ord(base) not in names:
            continue
        if glyph not in OWN_RIGHT_SIDE:
            as_first[glyph] = names[ord(base)]
        wide = base in WIDE and any(mark in WIDE_MARKS for mark in parts[1:])
        as_second[glyph] = WIDE[base] if wide else names[ord(base)]
    return as_first, as_second


def merge_kerning(latin, ext, order):
    """Kerning of every pair of glyphs of both files: {first: {second: units}}."""
    in_latin, in_ext = kern_glyphs(latin), kern_glyphs(ext)
    kern_latin, kern_ext = read_kerning(latin), read_kerning(ext)
    as_first, as_second = stand_ins(latin, ext)

    def kern(first, second):
        if first in in_latin and second in in_latin:
            return kern_latin(first, second)
        if first in in_ext and second in in_ext:
            return kern_ext(first, second)
        first, second = as_first.get(first, first), as_second.get(second, second)
        if first in in_latin and second in in_latin:
            return kern_latin(first, second)
        return 0

    glyphs = [g for g in order if g in in_latin or g in in_ext]
    return {a: {b: kern(a, b) for b in glyphs} for a in glyphs}


def kern_subtable(matrix, font):
    """One class kerning subtable; glyphs that kern alike share a class."""
    rows, columns = {}, {}
    for g in matrix:
        rows.setdefault(tuple(matrix[g].values()), []).append(g)
        columns.setdefault(tuple(matrix[a][g] for a in matrix), []).append(g)
    pairs = {}
    for row in rows.values():
        for column in columns.values():
            value = matrix[row[0]][column[0]]
            if value:
                pairs[(tuple(row), tuple(column))] = (buildValue({"XAdvance": value}), None)
    return buildPairPosClassesSubtable(pairs, font.getReverseGlyphMap())


def kern_glyphs(font):
    """All glyphs the file's kerning was made for: those it was cut for."""
    shown = set(font.getBestCmap().values())
    for lookup in kern_lookups(font):
        for sub in lookup.SubTable:
            shown.update(sub.Coverage.glyphs)
            if sub.Format == 2:
                shown.update(sub.ClassDef2.classDefs)
    return shown


# --- layout tables ---------------------------------------------------------


def shift_lookups(value, by):
    """Adds to every lookup index inside a (chained) contextual subtable."""
    if isinstance(value, list):
        for item in value:
            shift_lookups(item, by)
    elif isinstance(value, (ot.SubstLookupRecord, ot.PosLookupRecord)):
        value.LookupListIndex += by
    elif hasattr(value, "__dict__"):
        for item in list(value.__dict__.values()):
            if isinstance(item, list) or hasattr(item, "__dict__"):
                shift_lookups(item, by)


def append_layout(table, other, filter_sets):
    """Puts the lookups of `other` behind those of `table`."""
    by = len(table.LookupList.Lookup)
    for lookup in other.LookupList.Lookup:
        if lookup.LookupFlag & 0x10:
            lookup.MarkFilteringSet += filter_sets
        for sub in lookup.SubTable:
            shift_lookups(sub, by)
        table.LookupList.Lookup.append(lookup)
    table.LookupList.LookupCount = len(table.LookupList.Lookup)

    scripts = {}
    for source, offset in ((table, 0), (other, by)):
        for record in source.ScriptList.ScriptRecord:
            systems = {None: record.Script.DefaultLangSys}
            for system in record.Script.LangSysRecord:
                systems[system.LangSysTag] = system.LangSys
            for language, system in systems.items():
                features = {}
                for index in system.FeatureIndex:
                    feature = source.FeatureList.FeatureRecord[index]
                    features.setdefault(feature.FeatureTag, []).extend(
                        i + offset for i in feature.Feature.LookupListIndex
                    )
                key = (record.ScriptTag, language)
                scripts.setdefault(key, []).append(features)

    merged = {}
    for (script, language), parts in scripts.items():
        # A language only one file names has the other's default features.
        if len(parts) == 1 and language is not None:
            known = any(r.ScriptTag == script and any(s.LangSysTag == language
                        for s in r.Script.LangSysRecord)
                        for r in table.ScriptList.ScriptRecord)
            parts = parts + [scripts[(script, None)][1 if known else 0]]
        features = {}
        for part in parts:
            for tag, lookups in part.items():
                features[tag] = sorted(set(features.get(tag, [])) | set(lookups))
        merged[(script, language)] = features

    records, known = [], {}
    for features in merged.values():
        for tag, lookups in features.items():
            known.setdefault((tag, tuple(lookups)), None)
    for tag, lookups in sorted(known):
        known[(tag, lookups)] = len(records)
        record = ot.FeatureRecord()
        record.FeatureTag = tag
        record.Feature = ot.Feature()
        record.Feature.FeatureParams = None
        record.Feature.LookupListIndex = list(lookups)
        record.Feature.LookupCount = len(lookups)
        records.append(record)
    table.FeatureList.FeatureRecord = records
    table.FeatureList.FeatureCount = len(records)

    def lang_sys(features):
        system = ot.LangSys()
        system.LookupOrder = None
        system.ReqFeatureIndex = 0xFFFF
        system.FeatureIndex = sorted(known[(t, tuple(lookups))] for t, lookups in features.items())
        system.FeatureCount = len(system.FeatureIndex)
        return system

    script_records = []
    for script in sorted({script for script, _ in merged}):
        record = ot.ScriptRecord()
        record.ScriptTag = script
        record.Script = ot.Script()
        record.Script.DefaultLangSys = lang_sys(merged[(script, None)])
        record.Script.LangSysRecord = []
        for language in sorted(tag for name, tag in merged if name == script and tag):
            system = ot.LangSysRecord()
            system.LangSysTag = language
            system.LangSys = lang_sys(merged[(script, language)])
            record.Script.LangSysRecord.append(system)
        record.Script.LangSysCount = len(record.Script.LangSysRecord)
        script_records.append(record)
    table.ScriptList.ScriptRecord = script_records
    table.ScriptList.ScriptCount = len(script_records)


def merge_gdef(gdef, other):
    """Returns how far the mark filtering sets of `other` have moved."""
    for name in ("GlyphClassDef", "MarkAttachClassDef"):
        mine, theirs = getattr(gdef, name, None), getattr(other, name, None)
        if theirs is None:
            continue
        if mine is None:
            setattr(gdef, name, theirs)
        else:
            mine.classDefs = {**theirs.classDefs, **mine.classDefs}
    mine = getattr(gdef, "MarkGlyphSetsDef", None)
    theirs = getattr(other, "MarkGlyphSetsDef", None)
    if theirs is None:
        return 0
    if mine is None:
        gdef.MarkGlyphSetsDef = theirs
        gdef.Version = max(gdef.Version, 0x00010002)
        return 0
    by = len(mine.Coverage)
    mine.Coverage.extend(theirs.Coverage)
    mine.MarkSetCount = len(mine.Coverage)
    return by


# --- text fonts ------------------------------------------------------------


def make_text_font(package, weight):
    def load(part):
        name = f"atkinson-hyperlegible-next-{part}-{weight}-normal.woff2"
        font = TTFont(package / "files" / name, recalcTimestamp=False)
        font.ensureDecompiled()
        return font

    font, ext = load("latin"), load("latin-ext")
    mine = font.getGlyphOrder()
    order = merge_orders(mine, ext.getGlyphOrder())
    for tag, fields in SAME.items():
        for field in fields:
            assert getattr(font[tag], field) == getattr(ext[tag], field), field
    for glyph in set(mine) & set(ext.getGlyphOrder()):
        assert font["glyf"][glyph] == ext["glyf"][glyph], glyph
        assert font["hmtx"][glyph] == ext["hmtx"][glyph], glyph

    kerning = merge_kerning(font, ext, order)
    filter_sets = merge_gdef(font["GDEF"].table, ext["GDEF"].table)
    append_layout(font["GSUB"].table, ext["GSUB"].table, filter_sets)
    append_layout(font["GPOS"].table, ext["GPOS"].table, filter_sets)

    codes = {**ext.getBestCmap(), **font.getBestCmap()}
    for glyph in set(order) - set(mine):
        font["glyf"].glyphs[glyph] = ext["glyf"][glyph]
        font["hmtx"].metrics[glyph] = ext["hmtx"][glyph]
    font.setGlyphOrder(order)
    font["glyf"].glyphOrder = order
    font["glyf"]._reverseGlyphOrder = {}
    font["cmap"].tables = [t for t in font["cmap"].tables if t.isUnicode() and t.format == 4]
    for table in font["cmap"].tables:
        table.cmap = dict(codes)
    font["post"].extraNames = []
    font["post"].mapping = {}

    # The merged kerning takes the place of every kern lookup.
    gpos = font["GPOS"].table
    kern = [r.Feature for r in gpos.FeatureList.FeatureRecord if r.FeatureTag == "kern"]
    first, *others = sorted({i for f in kern for i in f.LookupListIndex})
    gpos.LookupList.Lookup[first] = buildLookup([kern_subtable(kerning, font)], flags=8)
    for feature in kern:
        feature.LookupListIndex = [first]
        feature.LookupCount = 1
    drop_lookups(gpos, set(others))

    for tag in ("fpgm", "prep", "cvt ", "gasp", "STAT"):
        if tag in font:
            del font[tag]
    for glyph in order:
        font["glyf"][glyph].removeHinting()
    for field in ("maxTwilightPoints", "maxStorage", "maxFunctionDefs",
                  "maxInstructionDefs", "maxStackElements", "maxSizeOfInstructions"):
        setattr(font["maxp"], field, 0)
    font["maxp"].maxZones = 1
    # Bits 3 and 4: sizes rounded, advances changed, by instructions.
    font["head"].flags &= ~0b11000
    font["name"].names = [n for n in font["name"].names if n.nameID < 256]

    os2, ext_os2 = font["OS/2"], ext["OS/2"]
    os2.recalcUnicodeRanges(font)
    os2.ulCodePageRange1 |= ext_os2.ulCodePageRange1
    os2.ulCodePageRange2 |= ext_os2.ulCodePageRange2
    os2.usMaxContext = max(os2.usMaxContext, ext_os2.usMaxContext)
    font.flavor = None
    return font


def merge_orders(one, two):
    """All glyphs, keeping the order of both: coverage tables rely on it."""
    order, at = [], 0
    first = set(one)
    for glyph in two:
        if glyph in first:
            end = one.index(glyph, at) + 1  # raises when the orders disagree
            order += one[at:end]
            at = end
        else:
            order.append(glyph)
    return order + one[at:]


def drop_lookups(table, gone):
    renumber = {}
    kept = []
    for i, lookup in enumerate(table.LookupList.Lookup):
        if i not in gone:
            renumber[i] = len(kept)
            kept.append(lookup)
    table.LookupList.Lookup = kept
    table.LookupList.LookupCount = len(kept)
    for record in table.FeatureList.FeatureRecord:
        record.Feature.LookupListIndex = [
            renumber[i] for i in record.Feature.LookupListIndex
        ]


def check_text_font(path):
    font = TTFont(path)
    font.ensureDecompiled()
    cmap = font.getBestCmap()
    missing = [c for c in MUST_COVER if ord(c) not in cmap]
    assert not missing, f"{path.name} lacks {missing}"
    assert font["head"].unitsPerEm == 1000
    assert (font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap) == (984, -316, 0)
    assert not {"fpgm", "prep", "cvt ", "fvar"} & set(font.keys())
    assert {"GPOS", "GSUB", "GDEF"} <= set(font.keys())
    kern = read_kerning(font)

    def name(char):
        return cmap[ord(char)]

    assert kern(name("T"), name("o")) < 0, "kerning is lost"
    # Across the cut: kerned as the plain letters are.
    for pair in ("Tŵ", "ŵ.", "Fŷ", "Łv", "vę"):
        plain = [unicodedata.normalize("NFD", BASE.get(c, c))[0] for c in pair]
        assert kern(*map(name, pair)) == kern(*map(name, plain)), pair
    return len(cmap)


# --- icons -----------------------------------------------------------------


def make_icon_font(package, style, names):
    """Returns the cut font and {name: code point}."""
    folder = package / "src" / style
    css = (folder / "style.css").read_text("utf-8")
    codes = {
        name: int(code, 16)
        for name, code in re.findall(
            r'\.ph-([a-z0-9-]+):before\s*\{\s*content:\s*"\\([0-9a-f]+)"', css
        )
    }
    wanted = {name: codes[name] for name in names}

    options = subset.Options()
    options.layout_features = []  # only spelt-out names, "arrow-left" and so on
    options.drop_tables += ["GSUB", "GDEF"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.recalc_timestamp = False
    options.recalc_bounds = True
    (path,) = folder.glob("*.ttf")
    font = subset.load_font(str(path), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[*wanted.values(), 0x20])
    cutter.subset(font)

    # The package gives the em box as every glyph's bounds; set the true ones.
    glyf, hmtx = font["glyf"], font["hmtx"]
    for glyph in font.getGlyphOrder():
        glyf[glyph].recalcBounds(glyf)
        advance, _ = hmtx[glyph]
        hmtx[glyph] = (advance, getattr(glyf[glyph], "xMin", 0))
    # A line is one em high and no more, so that an icon sits in its middle.
    font["hhea"].lineGap = 0
    font["OS/2"].sTypoLineGap = 0
    if "gasp" in font:
        del font["gasp"]
    return font, wanted


def check_icon_font(path, wanted):
    font = TTFont(path)
    font.ensureDecompiled()
    em, hhea = font["head"].unitsPerEm, font["hhea"]
    assert hhea.ascent - hhea.descent == em and hhea.lineGap == 0
    middle = (hhea.ascent + hhea.descent) / 2
    cmap = font.getBestCmap()
    assert set(cmap) == {*wanted.values(), 0x20}
    assert "GSUB" not in font
    for name, code in wanted.items():
        glyph = font["glyf"][cmap[code]]
        assert font["hmtx"][cmap[code]][0] == em, name
        assert 0 <= glyph.xMin < glyph.xMax <= em, name
        assert hhea.descent <= glyph.yMin < glyph.yMax <= hhea.ascent, name
        # Optically placed by their designers: never far off the middle.
        assert abs((glyph.yMin + glyph.yMax) / 2 - middle) <= em * 0.07, name


def icons_toml(tables):
    lines = [
        "# Code points of the icons in phosphor-regular.ttf and phosphor-fill.ttf.",
        "# Written by packaging/assets/make-fonts.sh; change the lists there.",
        "# The same icon has the same code point in both files.",
    ]
    for style, wanted in tables.items():
        lines += ["", f"[{style}]"]
        lines += [f'{name} = "U+{code:04X}"' for name, code in sorted(wanted.items())]
    return "\n".join(lines) + "\n"


def main():
    atkinson, phosphor, out = map(Path, sys.argv[1:])
    for face, weight in FACES.items():
        path = out / "fonts" / f"AtkinsonHyperlegibleNext-{face}.ttf"
        make_text_font(atkinson, weight).save(path)
        print(f"{path.name}: {check_text_font(path)} characters, {path.stat().st_size} bytes")
    shutil.copyfile(atkinson / "LICENSE", out / "fonts" / "OFL.txt")

    tables = {}
    for style, names in (("regular", REGULAR), ("fill", FILL)):
        path = out / "icons" / f"phosphor-{style}.ttf"
        font, tables[style] = make_icon_font(phosphor, style, names)
        font.save(path)
        check_icon_font(path, tables[style])
        print(f"{path.name}: {len(names)} icons, {path.stat().st_size} bytes")
    (out / "icons" / "icons.toml").write_text(icons_toml(tables), "utf-8")
    shutil.copyfile(phosphor / "LICENSE", out / "icons" / "LICENSE-phosphor.txt")


if __name__ == "__main__":
    main()
