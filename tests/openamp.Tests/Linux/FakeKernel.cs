// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading.Tasks;

namespace OpenAmp.Tool.Tests.Linux;

/// <summary>A folder that looks like the root of a machine with one remote processor, as Linux 6.1 shows it: running,
/// with one link, three services, a control device and two endpoints. Tests then break what they are about.</summary>
internal sealed class FakeKernel : IDisposable
{
    public const string Release = "6.1.192";
    public const string Processor = "/sys/devices/platform/soc/38000000.m4/remoteproc/remoteproc0";
    public const string Virtio = Processor + "/rproc-virtio.0.auto/virtio0";
    public const string Debug = "/sys/kernel/debug/remoteproc/remoteproc0";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("openamp-root-");

    /// <summary>The folder.</summary>
    public string Root => _root.FullName;

    public string At(string path) => Root + path;

    /// <summary>A machine whose kernel has remoteproc and nothing else.</summary>
    public static FakeKernel Bare()
    {
        var kernel = new FakeKernel();
        kernel.Write("/proc/sys/kernel/osrelease", Release + "\n");
        kernel.Folder("/sys/class/remoteproc");
        kernel.Folder("/sys/class/rpmsg");
        kernel.Folder("/sys/bus/rpmsg/devices");
        kernel.Folder("/sys/bus/virtio/devices");
        kernel.Folder("/sys/bus/virtio/drivers/virtio_rpmsg_bus");
        kernel.Folder("/dev");
        return kernel;
    }

    /// <summary>A machine where all is right.</summary>
    public static FakeKernel Sound()
    {
        FakeKernel kernel = Bare();
        kernel.AddProcessor();
        kernel.AddVirtio();
        kernel.AddChannel("rpmsg_ctrl", "0.0", "0x0", "0x0", "rpmsg_ctrl");
        kernel.AddChannel("rpmsg_ns", "53.53", "0x35", "0x35", "rpmsg_ns");
        kernel.AddChannel("rpmsg-raw", "-1.1024", "0x400", "0x400", "rpmsg_chrdev");
        kernel.AddChannel("rpmsg-tty", "-1.1025", "0x401", "0x401", "rpmsg_tty");
        kernel.AddChannel("vendor-service", "-1.1026", "0xffffffff", "0x402", null);
        kernel.AddNode("rpmsg", "/virtio0.rpmsg_ctrl.0.0/rpmsg/rpmsg_ctrl0", null);
        kernel.AddNode("rpmsg", "/virtio0.rpmsg-raw.-1.1024/rpmsg/rpmsg0", "rpmsg-raw\n-1\n1024\n");
        kernel.AddNode("rpmsg", "/virtio0.rpmsg_ctrl.0.0/rpmsg/rpmsg_ctrl0/rpmsg10", "by-hand\n77\n-1\n");
        kernel.AddNode("tty", "/virtio0.rpmsg-tty.-1.1025/tty/ttyRPMSG0", null);
        return kernel;
    }

    /// <summary>Runs the tool on it.</summary>
    public async Task<ToolResult> RunAsync(params string[] arguments)
        => await ToolProcess.RunAsync([.. arguments, "--root", Root]);

    public void Folder(string path) => Directory.CreateDirectory(At(path));

    public void Write(string path, string text)
    {
        Folder(Path.GetDirectoryName(path)!);
        File.WriteAllText(At(path), text);
    }

    public void Write(string path, byte[] bytes)
    {
        Folder(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(At(path), bytes);
    }

    /// <summary>A symbolic link, relative as those of sysfs are.</summary>
    public void Link(string path, string target)
    {
        string folder = Path.GetDirectoryName(path)!;
        Folder(folder);
        File.CreateSymbolicLink(At(path), Path.GetRelativePath(folder, target));
    }

    public void Remove(string path)
    {
        if (Directory.Exists(At(path)) && new DirectoryInfo(At(path)).LinkTarget is null)
        {
            Directory.Delete(At(path), recursive: true);
            return;
        }

        File.Delete(At(path));
    }

    public void AddProcessor(int index = 0, string name = "cm4", string folder = Processor)
    {
        Write($"{folder}/name", name + "\n");
        Write($"{folder}/state", "running\n");
        Write($"{folder}/firmware", "cm4.elf\n");
        Write($"{folder}/recovery", "enabled\n");
        Write($"{folder}/coredump", "disabled\n");
        Link($"/sys/class/remoteproc/remoteproc{index}", folder);
        Write($"/dev/remoteproc{index}", "");
        Write("/lib/firmware/cm4.elf", FirmwareSamples.Elf());
        Write($"/sys/kernel/debug/remoteproc/remoteproc{index}/trace0", "hello\n");
    }

    public void AddVirtio(string folder = Virtio)
    {
        Write($"{folder}/device", "0x0007\n");
        Write($"{folder}/status", "0x00000007\n");
        Write($"{folder}/features", "1" + new string('0', 63) + "\n");
        Link($"{folder}/driver", "/sys/bus/virtio/drivers/virtio_rpmsg_bus");
        Link($"/sys/bus/virtio/devices/{Path.GetFileName(folder)}", folder);
    }

    public void AddChannel(
        string name, string suffix, string source, string destination, string? driver, string folder = Virtio)
    {
        string device = $"{Path.GetFileName(folder)}.{name}.{suffix}";
        Write($"{folder}/{device}/name", name + "\n");
        Write($"{folder}/{device}/src", source + "\n");
        Write($"{folder}/{device}/dst", destination + "\n");
        Link($"/sys/bus/rpmsg/devices/{device}", $"{folder}/{device}");
        if (driver is not null)
        {
            Folder($"/sys/bus/rpmsg/drivers/{driver}");
            Link($"{folder}/{device}/driver", $"/sys/bus/rpmsg/drivers/{driver}");
        }
    }

    /// <summary>A device of a class, below the virtio device, with name, source and destination a line each.</summary>
    public void AddNode(string deviceClass, string place, string? attributes, string folder = Virtio)
    {
        Folder(folder + place);
        if (attributes?.Split('\n') is [var name, var source, var destination, ..])
        {
            Write($"{folder}{place}/name", name + "\n");
            Write($"{folder}{place}/src", source + "\n");
            Write($"{folder}{place}/dst", destination + "\n");
        }

        string parent = Path.GetDirectoryName(folder + place)!;
        bool isGlue = Path.GetFileName(parent) == deviceClass;
        Link($"{folder}{place}/device", isGlue ? Path.GetDirectoryName(parent)! : parent);
        Link($"/sys/class/{deviceClass}/{Path.GetFileName(place)}", folder + place);
        Write($"/dev/{Path.GetFileName(place)}", "");
    }

    public void Dispose() => _root.Delete(recursive: true);
}
