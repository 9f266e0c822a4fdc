#!/usr/bin/python3
"""A desktop portal: org.freedesktop.appearance color-scheme has the first argument as its value.

With the argument "silent" it takes every question and never answers. A second argument names one more setting:
"reduced-motion" of the same namespace, set, or GNOME's "enable-animations", not set. Prints "up" once it has its name.
"""

import sys

from gi.repository import Gio, GLib

PORTAL = """
<node>
  <interface name="org.freedesktop.portal.Settings">
    <method name="Read">
      <arg type="s" name="namespace" direction="in"/>
      <arg type="s" name="key" direction="in"/>
      <arg type="v" name="value" direction="out"/>
    </method>
  </interface>
</node>
"""


SETTINGS = {("org.freedesktop.appearance", "color-scheme"): lambda: GLib.Variant("u", int(sys.argv[1]))}
if "reduced-motion" in sys.argv[2:]:
    SETTINGS["org.freedesktop.appearance", "reduced-motion"] = lambda: GLib.Variant("u", 1)
if "enable-animations" in sys.argv[2:]:
    SETTINGS["org.gnome.desktop.interface", "enable-animations"] = lambda: GLib.Variant("b", False)


def asked(_bus, _sender, _path, _interface, _method, arguments, call):
    if sys.argv[1] == "silent":
        return
    if arguments.unpack() in SETTINGS:
        # As portals do: a variant within the variant.
        value = GLib.Variant("v", SETTINGS[arguments.unpack()]())
        call.return_value(GLib.Variant("(v)", (value,)))
    else:
        call.return_dbus_error("org.freedesktop.portal.Error.NotFound", "no such setting")


def on_bus(bus, _name):
    interface = Gio.DBusNodeInfo.new_for_xml(PORTAL).interfaces[0]
    bus.register_object("/org/freedesktop/portal/desktop", interface, asked, None, None)


Gio.bus_own_name(
    Gio.BusType.SESSION,
    "org.freedesktop.portal.Desktop",
    Gio.BusNameOwnerFlags.NONE,
    on_bus,
    lambda *_: print("up", flush=True),
    lambda *_: sys.exit("the name was not given"),
)
GLib.MainLoop().run()
