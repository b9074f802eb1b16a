import { BOOT_ID, BOOTED, type Board, linux } from "./board.ts";

/**
 * Toradex Apalis iMX6: i.MX6 sensor, its clock SNVS beside an M41T0 on the carrier board, UARTs ttymxc. The kernel panicked and
 * left its last words in ramoops 20 s before this start; an older record, of an oops, lies beside it.
 *
 * @see https://docs.kernel.org/admin-guide/ramoops.html
 */
export const apalisImx6: Board = {
  name: "Apalis iMX6, 32 bit, Linux 4.14, restarted by a kernel panic",
  architecture: "armv7l",
  files: {
    ...linux("apalis-imx6", "4.14.170-2.8.7+gd899927728be", "#1 SMP Thu Apr 16 22:02:51 UTC 2020", BOOTED),
    "proc/device-tree/model": "Toradex Apalis iMX6Q/D Module on Ixora Carrier Board\0",
    "etc/os-release":
      'ID="angstrom"\nNAME="The Ångström Distribution"\nVERSION="v2018.06"\nVERSION_ID="v2018.06"\nPRETTY_NAME="The Ångström Distribution v2018.06"',
    "run/systemd/timesync/synchronized": "",
    "sys/fs/pstore/console-ramoops-0": "[    0.000000] Booting Linux on physical CPU 0x0",
    "sys/fs/pstore/dmesg-ramoops-0": "Oops#1 Part1\n<4>[   12.5] CPU: 1 PID: 233 Comm: modprobe",
    "sys/fs/pstore/dmesg-ramoops-1": "Panic#2 Part1\n<0>[ 8812.1] Kernel panic - not syncing: Fatal exception",
    "sys/class/watchdog/watchdog0/bootstatus": "0",
    "sys/class/rtc/rtc0/name": "rtc-ds1307 0-0068",
    "sys/class/rtc/rtc1/name": "snvs_rtc 20cc000.snvs:snvs-rtc-lp",
    "sys/class/thermal/thermal_zone0/type": "imx_thermal_zone",
    "sys/class/thermal/thermal_zone0/temp": "57321",
    "sys/block/mmcblk0/size": "7733248",
    "sys/block/mmcblk0/device/type": "MMC",
    "sys/block/mmcblk0/device/name": "MMC04G",
    "sys/block/mmcblk0/device/life_time": "0x09 0x0a",
    "sys/block/mmcblk0/device/pre_eol_info": "0x02",
    "sys/bus/platform/drivers/imx-uart/uevent": "",
    "sys/class/tty/ttymxc0/device/uevent": "",
    "sys/class/tty/ttymxc0/type": "60",
    "sys/bus/i2c/devices/i2c-0/name": "21a0000.i2c",
    "sys/bus/i2c/devices/0-0068/name": "m41t0",
  },
  links: { "sys/class/tty/ttymxc0/device/driver": "../../../../bus/platform/drivers/imx-uart" },
  changed: { "sys/fs/pstore/dmesg-ramoops-0": BOOTED - 60, "sys/fs/pstore/dmesg-ramoops-1": BOOTED - 20 },
  expected: {
    uname: "Linux apalis-imx6 4.14.170-2.8.7+gd899927728be #1 SMP Thu Apr 16 22:02:51 UTC 2020 armv7l GNU/Linux",
    kernel: "4.14.170-2.8.7+gd899927728be",
    architecture: "armv7l",
    build: "2.0.0",
    hostname: "apalis-imx6",
    os: { id: "angstrom", version: "v2018.06", name: "The Ångström Distribution v2018.06" },
    boot: { id: BOOT_ID, since: BOOTED, reason: "kernel panic" },
    clock: { synchronised: true, rtc: "rtc-ds1307 0-0068" },
    temperature: { imx_thermal_zone: 57.3 },
    storage: { mmcblk0: { kind: "eMMC", name: "MMC04G", bytes: 3_959_422_976, life_used: 100, reserve: "warning" } },
    hardware: {
      board: "Toradex Apalis iMX6Q/D Module on Ixora Carrier Board",
      serial: { ttymxc0: "imx-uart" },
      i2c: { "0-0068": "m41t0", "i2c-0": "21a0000.i2c" },
    },
  },
};

/**
 * FriendlyELEC NanoPC-T4 (RK3399) with OpenWrt and Linux 6.6: two zones, an NVMe drive with two sensors, an eMMC that has outlived
 * what its maker promised (0x0b), a serial port on the bus serial-base, and an MBIM modem of the wwan subsystem.
 *
 * @see https://docs.kernel.org/driver-api/wwan.html; JESD84-B51, DEVICE_LIFE_TIME_EST_TYP_A
 */
export const nanoPc: Board = {
  name: "NanoPC-T4, 64 bit, Linux 6.6, NVMe, worn eMMC, modem on wwan",
  architecture: "aarch64",
  files: {
    ...linux("OpenWrt", "6.6.73", "#0 SMP PREEMPT Mon Feb  3 23:09:37 2025", BOOTED),
    "proc/device-tree/model": "FriendlyElec NanoPC-T4\0",
    "usr/lib/os-release":
      'NAME="OpenWrt"\nVERSION="24.10.0"\nID="openwrt"\nVERSION_ID="24.10.0"\nPRETTY_NAME="OpenWrt 24.10.0"',
    "proc/cmdline": "console=ttyS2,1500000 root=PARTUUID=5452574f-02 rw bootreason=thermal quiet",
    "sys/class/rtc/rtc0/name": "rk808-rtc rk808-rtc.4.auto",
    "sys/class/thermal/thermal_zone0/type": "cpu-thermal",
    "sys/class/thermal/thermal_zone0/temp": "43125",
    "sys/class/thermal/thermal_zone1/type": "gpu-thermal",
    "sys/class/thermal/thermal_zone1/temp": "42500",
    "sys/class/thermal/cooling_device0/type": "cpufreq-cpu0",
    "sys/class/hwmon/hwmon2/name": "nvme",
    "sys/class/hwmon/hwmon2/temp1_input": "39850",
    "sys/class/hwmon/hwmon2/temp1_label": "Composite",
    "sys/class/hwmon/hwmon2/temp2_input": "65261850",
    "sys/class/hwmon/hwmon2/temp2_label": "Sensor 1",
    "sys/block/mmcblk2/size": "30535680",
    "sys/block/mmcblk2/device/type": "MMC",
    "sys/block/mmcblk2/device/name": "AJTD4R",
    "sys/block/mmcblk2/device/life_time": "0x0b 0x05",
    "sys/block/mmcblk2/device/pre_eol_info": "0x03",
    "sys/devices/nvme/nvme0/model": "KINGSTON SNV2S250G                      ",
    "sys/block/nvme0n1/size": "488397168",
    "sys/devices/platform/ff1a0000.serial/ff1a0000.serial:0/ff1a0000.serial:0.0/tty/ttyS2/type": "4",
    "sys/bus/platform/drivers/dw-apb-uart/uevent": "",
    "sys/bus/serial-base/drivers/port/uevent": "",
    "sys/class/net/wwan0/uevent": "DEVTYPE=wwan\nINTERFACE=wwan0\nIFINDEX=7",
    "sys/class/wwan/wwan0/uevent": "DEVTYPE=wwan_dev",
    "sys/class/wwan/wwan0mbim0/type": "MBIM",
    "sys/class/wwan/wwan0at0/type": "AT",
  },
  links: {
    "etc/os-release": "../usr/lib/os-release",
    "sys/block/nvme0n1/device": "../../devices/nvme/nvme0",
    "sys/class/tty/ttyS2": "../../devices/platform/ff1a0000.serial/ff1a0000.serial:0/ff1a0000.serial:0.0/tty/ttyS2",
    "sys/devices/platform/ff1a0000.serial/ff1a0000.serial:0/ff1a0000.serial:0.0/tty/ttyS2/device":
      "../../../ff1a0000.serial:0.0",
    "sys/devices/platform/ff1a0000.serial/ff1a0000.serial:0/ff1a0000.serial:0.0/driver":
      "/sys/bus/serial-base/drivers/port",
    "sys/devices/platform/ff1a0000.serial/driver": "../../../bus/platform/drivers/dw-apb-uart",
  },
  expected: {
    uname: "Linux OpenWrt 6.6.73 #0 SMP PREEMPT Mon Feb  3 23:09:37 2025 aarch64 GNU/Linux",
    kernel: "6.6.73",
    architecture: "aarch64",
    build: "2.0.0",
    hostname: "OpenWrt",
    os: { id: "openwrt", version: "24.10.0", name: "OpenWrt 24.10.0" },
    boot: { id: BOOT_ID, since: BOOTED, reason: "thermal" },
    clock: { rtc: "rk808-rtc rk808-rtc.4.auto" },
    temperature: { "cpu-thermal": 43.1, "gpu-thermal": 42.5, "nvme Composite": 39.9 },
    storage: {
      mmcblk2: { kind: "eMMC", name: "AJTD4R", bytes: 15_634_268_160, life_used: 110, reserve: "urgent" },
      nvme0n1: { name: "KINGSTON SNV2S250G", bytes: 250_059_350_016 },
    },
    hardware: {
      board: "FriendlyElec NanoPC-T4",
      serial: { ttyS2: "dw-apb-uart" },
      modem: { wwan0: "", wwan0at0: "AT", wwan0mbim0: "MBIM" },
    },
    gaps: ["clock.synchronised: nothing tells", "temperature.nvme Sensor 1: out of range"],
  },
};

/**
 * StarFive VisionFive 2 (JH7110) that was switched on without a battery and has not found a time server: it is 1970.
 *
 * @see VisionFive 2 datasheet, RTC battery header; https://docs.kernel.org/hwmon/sfctemp.html
 */
export const visionFive: Board = {
  name: "VisionFive 2, RISC-V, in 1970",
  architecture: "riscv64",
  files: {
    ...linux("starfive", "6.6.20-starfive", "#41 SMP Tue Sep 10 11:21:58 CST 2024", 12),
    "proc/device-tree/model": "StarFive VisionFive 2 v1.3B\0",
    "etc/os-release": "PRETTY_NAME='Debian GNU/Linux bookworm/sid'\nNAME='Debian GNU/Linux'\nID=debian",
    "sys/class/rtc/rtc0/name": "starfive-rtc 17040000.rtc",
    "sys/class/hwmon/hwmon0/name": "sfctemp",
    "sys/class/hwmon/hwmon0/temp1_input": "41500",
    "sys/block/mmcblk1/size": "124735488",
    "sys/block/mmcblk1/device/type": "SD",
    "sys/block/mmcblk1/device/name": "SN64G",
    "sys/bus/usb/devices/1-1/bDeviceClass": "00",
    "sys/bus/usb/devices/1-1/idVendor": "10c4",
    "sys/bus/usb/devices/1-1/idProduct": "ea60",
    "sys/bus/usb/devices/1-1/product": "CP2102 USB to UART\u0007 Bridge",
  },
  expected: {
    uname: "Linux starfive 6.6.20-starfive #41 SMP Tue Sep 10 11:21:58 CST 2024 riscv64 GNU/Linux",
    kernel: "6.6.20-starfive",
    architecture: "riscv64",
    build: "2.0.0",
    hostname: "starfive",
    os: { id: "debian", name: "Debian GNU/Linux bookworm/sid" },
    boot: { id: BOOT_ID, since: 12 },
    clock: { synchronised: false, rtc: "starfive-rtc 17040000.rtc" },
    temperature: { sfctemp: 41.5 },
    storage: { mmcblk1: { kind: "SD", name: "SN64G", bytes: 63_864_569_856 } },
    hardware: {
      board: "StarFive VisionFive 2 v1.3B",
      usb: [{ port: "1-1", id: "10c4:ea60", name: "CP2102 USB to UART Bridge" }],
    },
    gaps: ["boot.reason: nothing tells"],
  },
};

/** A container that sees `/proc` and no `/sys`. */
export const container: Board = {
  name: "container without /sys",
  architecture: "aarch64",
  files: {
    ...linux("b7c3d1", "6.1.0-18-arm64", "#1 SMP Debian 6.1.76-1 (2024-02-01)", BOOTED),
    "etc/os-release": 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.19.1\nPRETTY_NAME="Alpine Linux v3.19"',
  },
  expected: {
    uname: "Linux b7c3d1 6.1.0-18-arm64 #1 SMP Debian 6.1.76-1 (2024-02-01) aarch64 GNU/Linux",
    kernel: "6.1.0-18-arm64",
    architecture: "aarch64",
    build: "2.0.0",
    hostname: "b7c3d1",
    os: { id: "alpine", version: "3.19.1", name: "Alpine Linux v3.19" },
    boot: { id: BOOT_ID, since: BOOTED },
    clock: { rtc: false },
    gaps: [
      "boot.reason: nothing tells",
      "clock.synchronised: nothing tells",
      "hardware: no /sys",
      "storage: no disk",
      "temperature: no sensor",
    ],
  },
};
