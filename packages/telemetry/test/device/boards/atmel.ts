import { BOOT_ID, BOOTED, type Board, linux } from "./board.ts";

/**
 * A cellular gateway of the AT91SAM9G25's time: ARMv5, raw NAND with UBI (2048 blocks of 126 KiB to use), a Telit HE910
 * (1bc7:0021, seven ttyACM ports) that is dialled with pppd, no os-release, no sensor, no watchdog in /sys before Linux 4.5.
 *
 * @see Telit HE910 AT commands reference, USB ports; https://www.kernel.org/doc/Documentation/ABI/stable/sysfs-class-ubi
 */
export const at91Modem: Board = {
  name: "AT91SAM9G25 with a modem, ARMv5, ppp0, no os-release",
  architecture: "armv5tejl",
  files: {
    ...linux("conduit", "3.12.70", "#1 Thu Mar 23 15:31:18 CDT 2017", BOOTED),
    "proc/cpuinfo":
      "processor\t: 0\nmodel name\t: ARM926EJ-S rev 5 (v5l)\nHardware\t: Atmel AT91SAM (Device Tree)\nRevision\t: 0000",
    "proc/cmdline": "mem=256M console=ttyS0,115200 ubi.mtd=8 root=ubi0:rootfs rootfstype=ubifs",
    "sys/class/rtc/rtc0/name": "fffffeb0.rtc",
    "sys/block/mtdblock0/size": "128",
    "sys/class/ubi/version": "1",
    "sys/class/ubi/ubi0/max_ec": "412",
    "sys/class/ubi/ubi0/bad_peb_count": "3",
    "sys/class/ubi/ubi0/total_eraseblocks": "2048",
    "sys/class/ubi/ubi0/eraseblock_size": "129024",
    "sys/class/ubi/ubi0_0/name": "rootfs",
    "sys/bus/usb/devices/1-2/bDeviceClass": "02",
    "sys/bus/usb/devices/1-2/idVendor": "1bc7",
    "sys/bus/usb/devices/1-2/idProduct": "0021",
    "sys/bus/usb/devices/1-2/manufacturer": "Telit",
    "sys/bus/usb/devices/1-2/product": "HE910",
    "sys/bus/usb/drivers/cdc_acm/uevent": "",
    "sys/class/tty/ttyACM0/device/uevent": "",
    "sys/class/tty/ttyS0/device/uevent": "",
    "sys/class/net/ppp0/uevent": "DEVTYPE=ppp\nINTERFACE=ppp0\nIFINDEX=5",
  },
  links: { "sys/class/tty/ttyACM0/device/driver": "../../../../bus/usb/drivers/cdc_acm" },
  expected: {
    uname: "Linux conduit 3.12.70 #1 Thu Mar 23 15:31:18 CDT 2017 armv5tejl GNU/Linux",
    kernel: "3.12.70",
    architecture: "armv5tejl",
    build: "2.0.0",
    hostname: "conduit",
    boot: { id: BOOT_ID, since: BOOTED },
    clock: { rtc: "fffffeb0.rtc" },
    storage: { ubi0: { kind: "UBI", bytes: 264_241_152, erases: 412, bad_blocks: 3 } },
    hardware: {
      board: "Atmel AT91SAM (Device Tree)",
      usb: [{ port: "1-2", id: "1bc7:0021", name: "Telit HE910" }],
      serial: { ttyACM0: "cdc_acm", ttyS0: "" },
      modem: { ppp0: "ppp" },
    },
    gaps: [
      "boot.reason: nothing tells",
      "clock.synchronised: nothing tells",
      "os: no os-release",
      "temperature: no sensor",
    ],
  },
};

/**
 * SAMA5D27 SOM1 evaluation kit with a kernel whose reset controller (f8048000) tells why it started.
 *
 * @see https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-platform-power-on-reason
 */
export const sama5: Board = {
  name: "SAMA5D27, 32 bit, Linux 6.6, brown-out, USB adapter for RS-485",
  architecture: "armv7l",
  files: {
    ...linux("sama5d27-som1-ek-sd", "6.6.23-linux4microchip-2024.04", "#1 Thu May  2 09:25:02 UTC 2024", BOOTED),
    "sys/firmware/devicetree/base/model": "Atmel SAMA5D27 SOM1 EK\0",
    "etc/os-release": 'ID="poky-atmel"\nNAME="Microchip"\nVERSION_ID="5.0"\nPRETTY_NAME="Microchip 5.0 (scarthgap)"',
    "var/lib/chrony/drift": "            -7.254            0.180",
    "sys/class/rtc/rtc0/name": "rtc_at91sam9 f80480b0.rtc",
    "sys/class/watchdog/watchdog0/bootstatus": "0",
    "sys/bus/platform/devices/f8048000.reset-controller/power_on_reason": "brown-out reset",
    "sys/bus/platform/devices/f8000000.hlcdc/modalias": "of:Nhlcdc",
    "sys/block/mmcblk0/size": "15126528",
    "sys/block/mmcblk0/device/type": "SD",
    "sys/block/mmcblk0/device/name": "SL08G",
    "sys/bus/usb/devices/2-1/bDeviceClass": "00",
    "sys/bus/usb/devices/2-1/idVendor": "0403",
    "sys/bus/usb/devices/2-1/idProduct": "6001",
    "sys/bus/usb/devices/2-1/manufacturer": "FTDI",
    "sys/bus/usb/devices/2-1/product": "FT232R USB UART",
    "sys/bus/usb-serial/drivers/ftdi_sio/uevent": "",
    "sys/class/tty/ttyUSB0/device/port_number": "0",
  },
  links: {
    "proc/device-tree": "/sys/firmware/devicetree/base",
    "sys/class/tty/ttyUSB0/device/driver": "../../../../bus/usb-serial/drivers/ftdi_sio",
  },
  changed: { "var/lib/chrony/drift": BOOTED - 86_400 },
  expected: {
    uname: "Linux sama5d27-som1-ek-sd 6.6.23-linux4microchip-2024.04 #1 Thu May  2 09:25:02 UTC 2024 armv7l GNU/Linux",
    kernel: "6.6.23-linux4microchip-2024.04",
    architecture: "armv7l",
    build: "2.0.0",
    hostname: "sama5d27-som1-ek-sd",
    os: { id: "poky-atmel", version: "5.0", name: "Microchip 5.0 (scarthgap)" },
    boot: { id: BOOT_ID, since: BOOTED, reason: "brown-out reset" },
    clock: { rtc: "rtc_at91sam9 f80480b0.rtc" },
    storage: { mmcblk0: { kind: "SD", name: "SL08G", bytes: 7_744_782_336 } },
    hardware: {
      board: "Atmel SAMA5D27 SOM1 EK",
      usb: [{ port: "2-1", id: "0403:6001", name: "FTDI FT232R USB UART" }],
      serial: { ttyUSB0: "ftdi_sio" },
    },
    gaps: ["clock.synchronised: nothing tells", "temperature: no sensor"],
  },
};
