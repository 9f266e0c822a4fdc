"""Fields that no tool here reads or writes: fields.py version ENROL_EXE | date MSI SECONDS"""
import struct
import sys

FIXED_FILE_INFO = 0xFEEF04BD  # VS_FIXEDFILEINFO.dwSignature
SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")  # FMTID_SummaryInformation (MS-OLEPS, section 3.1)
CREATED, SAVED, FILETIME = 12, 13, 64  # its properties of time, and their type
EPOCH = 11_644_473_600  # seconds from 1601 to 1970


def version(program):
    """The program's version as its resource has it, four numbers."""
    content = open(program, "rb").read()
    at = content.find(struct.pack("<I", FIXED_FILE_INFO))
    if at < 0:
        sys.exit(f"{program} has no version")
    high, low = struct.unpack_from("<II", content, at + 8)
    print(f"{high >> 16}.{high & 0xffff}.{low >> 16}.{low & 0xffff}")


def date(package, seconds):
    """Dates a package as if it had been made then."""
    content = bytearray(open(package, "rb").read())
    at = content.find(SUMMARY)
    section = at - 28 + struct.unpack_from("<I", content, at + 16)[0]
    dated = 0
    for number in range(struct.unpack_from("<I", content, section + 4)[0]):
        what, offset = struct.unpack_from("<II", content, section + 8 + 8 * number)
        if what in (CREATED, SAVED):
            kind = struct.unpack_from("<I", content, section + offset)[0]
            assert kind == FILETIME, f"{package}: no time, but {kind}"
            struct.pack_into("<Q", content, section + offset + 4, (int(seconds) + EPOCH) * 10_000_000)
            dated += 1
    assert at > 28 and dated == 2, f"{package}: {dated} times"
    open(package, "wb").write(content)


{"version": version, "date": date}[sys.argv[1]](*sys.argv[2:])
