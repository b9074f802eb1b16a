import { BOOT_ID, BOOTED, type Board, linux } from "./board.ts";

/**
 * PC Engines apu2 (AMD GX-412TC): two serial ports at 3f8 and 2f8, the kernel keeps a place for two more; mSATA; processor sensor
 * k10temp; watchdog sp5100_tco, which says 32 (WDIOF_CARDRESET) after it has bitten; a Sierra MC7455 (1199:9071) in a slot, its
 * interface named by udev.
 *
 * @see PC Engines apu2 manual; https://docs.kernel.org/hwmon/k10temp.html
 */
export const apu2: Board = {
  name: "PC Engines apu2, x86-64, reset by its watchdog, renamed modem interface",
  architecture: "x86_64",
  files: {
    ...linux("apu2", "5.10.0-28-amd64", "#1 SMP Debian 5.10.209-2 (2024-01-31)", BOOTED),
    "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nVERSION_ID="11"\nID=debian',
    "sys/class/dmi/id/sys_vendor": "PC Engines",
    "sys/class/dmi/id/product_name": "apu2",
    "var/lib/chrony/chrony.drift": "             3.610             0.041",
    "sys/class/rtc/rtc0/name": "rtc_cmos rtc_cmos",
    "sys/class/watchdog/watchdog0/bootstatus": "32",
    "sys/class/hwmon/hwmon0/name": "k10temp",
    "sys/class/hwmon/hwmon0/temp1_input": "52750",
    "sys/class/hwmon/hwmon0/temp1_max": "70000",
    "sys/block/loop0/size": "0",
    "sys/block/sda/size": "31277232",
    "sys/block/sda/device/type": "0",
    "sys/block/sda/device/vendor": "ATA",
    "sys/block/sda/device/model": "SATA SSD",
    "sys/bus/pnp/drivers/serial/uevent": "",
    "sys/bus/platform/drivers/serial8250/uevent": "",
    "sys/class/tty/ttyS0/type": "4",
    "sys/class/tty/ttyS0/device/id": "PNP0501",
    "sys/class/tty/ttyS2/type": "0",
    "sys/class/tty/ttyS2/device/modalias": "platform:serial8250",
    "sys/bus/usb/devices/3-1.3/bDeviceClass": "00",
    "sys/bus/usb/devices/3-1.3/idVendor": "1199",
    "sys/bus/usb/devices/3-1.3/idProduct": "9071",
    "sys/bus/usb/devices/3-1.3/manufacturer": "Sierra Wireless, Incorporated",
    "sys/bus/usb/devices/3-1.3/product": "Sierra Wireless MC7455 Qualcomm® Snapdragon™ X7 LTE-A",
    "sys/bus/usb/drivers/qmi_wwan/uevent": "",
    "sys/class/net/wwp0s19u1u3i8/uevent": "DEVTYPE=wwan\nINTERFACE=wwp0s19u1u3i8\nIFINDEX=6",
    "sys/class/net/wwp0s19u1u3i8/device/bInterfaceNumber": "08",
    "sys/class/net/bonding_masters": "",
    "sys/class/net/enp1s0/uevent": "INTERFACE=enp1s0\nIFINDEX=2",
  },
  links: {
    "sys/class/tty/ttyS0/device/driver": "../../../../bus/pnp/drivers/serial",
    "sys/class/tty/ttyS2/device/driver": "../../../../bus/platform/drivers/serial8250",
    "sys/class/net/wwp0s19u1u3i8/device/driver": "../../../../bus/usb/drivers/qmi_wwan",
  },
  changed: { "var/lib/chrony/chrony.drift": BOOTED + 1800 },
  expected: {
    uname: "Linux apu2 5.10.0-28-amd64 #1 SMP Debian 5.10.209-2 (2024-01-31) x86_64 GNU/Linux",
    kernel: "5.10.0-28-amd64",
    architecture: "x86_64",
    build: "2.0.0",
    hostname: "apu2",
    os: { id: "debian", version: "11", name: "Debian GNU/Linux 11 (bullseye)" },
    boot: { id: BOOT_ID, since: BOOTED, reason: "watchdog timeout" },
    clock: { synchronised: true, rtc: "rtc_cmos rtc_cmos" },
    temperature: { k10temp: 52.8 },
    storage: { sda: { name: "SATA SSD", bytes: 16_013_942_784 } },
    hardware: {
      board: "PC Engines apu2",
      usb: [
        {
          port: "3-1.3",
          id: "1199:9071",
          name: "Sierra Wireless, Incorporated Sierra Wireless MC7455 Qualcomm® Snapdragon™ X7 LTE-A",
        },
      ],
      serial: { ttyS0: "serial" },
      modem: { wwp0s19u1u3i8: "qmi_wwan" },
    },
  },
};

/**
 * A 32-bit PC with Linux 2.6.32: sensors have their values in the folder of the device, and names it "coretemp"; os-release
 * came later (systemd, 2012); the firmware's maker has filled nothing in.
 *
 * @see https://www.kernel.org/doc/Documentation/hwmon/coretemp of that version
 */
export const oldPc: Board = {
  name: "32-bit PC, Linux 2.6.32, no os-release",
  architecture: "i686",
  files: {
    ...linux("ipc", "2.6.32-5-686", "#1 SMP Sun Sep 23 09:49:36 UTC 2012", BOOTED),
    "sys/class/dmi/id/sys_vendor": "To Be Filled By O.E.M.",
    "sys/class/dmi/id/product_name": "To Be Filled By O.E.M.",
    "proc/cpuinfo": "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Atom(TM) CPU N270   @ 1.60GHz",
    "var/lib/ntp/ntp.drift": "0.000",
    "sys/class/rtc/rtc0/name": "rtc_cmos",
    "sys/class/hwmon/hwmon0/device/name": "coretemp",
    "sys/class/hwmon/hwmon0/device/temp1_input": "61000",
    "sys/class/hwmon/hwmon0/device/temp1_label": "Core 0",
    "sys/block/sda/size": "7831152",
    "sys/block/sda/device/model": "TRANSCEND       ",
    "sys/block/sr0/size": "2097151",
    "sys/bus/pnp/drivers/serial/uevent": "",
    "sys/class/tty/ttyS0/device/id": "PNP0501",
  },
  links: { "sys/class/tty/ttyS0/device/driver": "../../../../bus/pnp/drivers/serial" },
  changed: { "var/lib/ntp/ntp.drift": BOOTED - 86_400 },
  expected: {
    uname: "Linux ipc 2.6.32-5-686 #1 SMP Sun Sep 23 09:49:36 UTC 2012 i686 GNU/Linux",
    kernel: "2.6.32-5-686",
    architecture: "i686",
    build: "2.0.0",
    hostname: "ipc",
    boot: { id: BOOT_ID, since: BOOTED },
    clock: { rtc: "rtc_cmos" },
    temperature: { "coretemp Core 0": 61 },
    storage: { sda: { name: "TRANSCEND", bytes: 4_009_549_824 } },
    hardware: { serial: { ttyS0: "serial" } },
    gaps: ["boot.reason: nothing tells", "clock.synchronised: nothing tells", "os: no os-release"],
  },
};
