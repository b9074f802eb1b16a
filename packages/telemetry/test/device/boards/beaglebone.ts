import { BOOT_ID, BOOTED, type Board, linux } from "./board.ts";

/**
 * BeagleBone Black (revision A5) with its first kernel: 2 GB eMMC as mmcblk1, which shows no wear before Linux 4.11; UARTs are
 * ttyO; the power chip TPS65217 at 24 and the board's EEPROM at 50 of I2C bus 0. The AM335x has a clock, the board no battery for
 * it. The kernel estimates no available memory.
 *
 * @see BeagleBone Black System Reference Manual, 6.1 and 6.3
 */
export const beagleboneBlack: Board = {
  name: "BeagleBone Black, 32 bit, Linux 3.8",
  architecture: "armv7l",
  files: {
    ...linux("beaglebone", "3.8.13-bone47", "#1 SMP Fri Apr 11 01:36:09 UTC 2014", BOOTED),
    "proc/meminfo": "MemTotal:  507428 kB\nMemFree:  300000 kB\nBuffers:  10000 kB\nCached:  90000 kB",
    "proc/device-tree/model": "TI AM335x BeagleBone\0",
    "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 7 (wheezy)"\nNAME="Debian GNU/Linux"\nVERSION_ID="7"\nID=debian',
    "var/lib/ntp/ntp.drift": "-12.417",
    "sys/class/rtc/rtc0/name": "44e3e000.rtc",
    "sys/block/mmcblk0/size": "15523840",
    "sys/block/mmcblk0/device/type": "SD",
    "sys/block/mmcblk0/device/name": "SU08G",
    "sys/block/mmcblk1/size": "3751936",
    "sys/block/mmcblk1/device/type": "MMC",
    "sys/block/mmcblk1/device/name": "MMC02G",
    "sys/block/mmcblk1boot0/size": "2048",
    "sys/block/mmcblk1boot1/size": "2048",
    "sys/bus/i2c/devices/i2c-0/name": "OMAP I2C adapter",
    "sys/bus/i2c/devices/0-0024/name": "tps65217",
    "sys/bus/i2c/devices/0-0050/name": "24c256",
    "sys/bus/platform/drivers/omap_uart/uevent": "",
    "sys/class/tty/ttyO0/device/uevent": "DRIVER=omap_uart",
    "sys/bus/usb/devices/usb1/bDeviceClass": "09",
  },
  links: { "sys/class/tty/ttyO0/device/driver": "../../../../bus/platform/drivers/omap_uart" },
  changed: { "var/lib/ntp/ntp.drift": BOOTED + 3000 },
  expected: {
    uname: "Linux beaglebone 3.8.13-bone47 #1 SMP Fri Apr 11 01:36:09 UTC 2014 armv7l GNU/Linux",
    kernel: "3.8.13-bone47",
    architecture: "armv7l",
    build: "2.0.0",
    hostname: "beaglebone",
    os: { id: "debian", version: "7", name: "Debian GNU/Linux 7 (wheezy)" },
    boot: { id: BOOT_ID, since: BOOTED },
    clock: { synchronised: true, rtc: "44e3e000.rtc" },
    storage: {
      mmcblk0: { kind: "SD", name: "SU08G", bytes: 7_948_206_080 },
      mmcblk1: { kind: "eMMC", name: "MMC02G", bytes: 1_920_991_232 },
    },
    hardware: {
      board: "TI AM335x BeagleBone",
      serial: { ttyO0: "omap_uart" },
      i2c: { "0-0024": "tps65217", "0-0050": "24c256", "i2c-0": "OMAP I2C adapter" },
    },
    gaps: ["boot.reason: nothing tells", "temperature: no sensor"],
  },
};
