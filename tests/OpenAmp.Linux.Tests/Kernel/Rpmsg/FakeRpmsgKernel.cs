// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Linux.Tests.Kernel.Rpmsg;

/// <summary>A root directory with RPMsg devices as one kernel or another shows them.</summary>
internal sealed class FakeRpmsgKernel : IDisposable
{
    private const string Tree = "/sys/firmware/devicetree/base";

    private readonly string _path = Directory.CreateTempSubdirectory("openamp-sysfs-").FullName;

    private int _goneCount;

    public FakeRpmsgKernel()
    {
        Make("/dev");
        Make("/sys/class/rpmsg");
        Make("/sys/class/tty");
        Make("/sys/bus/rpmsg/devices");
        Make("/sys/bus/rpmsg/drivers/rpmsg_chrdev");
        Make("/sys/bus/rpmsg/drivers/rpmsg_tty");
    }

    public KernelRoot Root => new(_path);

    public KernelRpmsgBus Bus => new(Root);

    /// <summary>A board with two processors, as Linux 6.1 shows them: the virtio device below the processor.</summary>
    public static FakeRpmsgKernel Linux61()
    {
        var kernel = new FakeRpmsgKernel();
        foreach ((int number, string name) in ((int, string)[])[(0, "m4"), (1, "dsp")])
        {
            string board = $"/sys/devices/platform/soc/{number + 1}0000000.{name}";
            kernel.Node(board, $"/soc/{name}@{number + 1}0000000");
            string processor = $"{board}/remoteproc/remoteproc{number}";
            kernel.Write($"{processor}/name", name);
            kernel.Write($"{processor}/state", "running");
            kernel.Control($"{processor}/rproc-virtio.{number}.auto/virtio{number}", $"virtio{number}", number);
        }

        return kernel;
    }

    /// <summary>Where the control device of a transport hangs in <see cref="Linux61"/>.</summary>
    public static string Transport(int number)
        => $"/sys/devices/platform/soc/{number + 1}0000000.{(number == 0 ? "m4" : "dsp")}/remoteproc/"
            + $"remoteproc{number}/rproc-virtio.{number}.auto/virtio{number}";

    public string At(string path) => Root.At(path);

    public void Make(string path) => Directory.CreateDirectory(At(path));

    public void Write(string path, string text)
    {
        Make(Path.GetDirectoryName(path)!);
        File.WriteAllText(At(path), text + "\n");
    }

    /// <summary>A relative link, as sysfs has them.</summary>
    public void Link(string path, string target)
    {
        Make(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(At(path), Path.GetRelativePath(At(Path.GetDirectoryName(path)!), At(target)));
    }

    /// <summary>A link that leads out of the root, for device nodes.</summary>
    public void Node(int number, string target) => File.CreateSymbolicLink(At($"/dev/rpmsg{number}"), target);

    public void Remove(string path)
    {
        foreach (string link in Directory.GetFileSystemEntries(At("/sys/class/rpmsg")))
        {
            if (File.ResolveLinkTarget(link, true)?.FullName.StartsWith(At(path), StringComparison.Ordinal) == true)
            {
                File.Delete(link);
            }
        }

        foreach (string link in Directory.GetFileSystemEntries(At("/sys/bus/rpmsg/devices")))
        {
            if (File.ResolveLinkTarget(link, true)?.FullName.StartsWith(At(path), StringComparison.Ordinal) == true)
            {
                File.Delete(link);
            }
        }

        // Not deleted, so that its inode is not the next one's: the kernel numbers the entries of sysfs anew.
        Make("/gone");
        Directory.Move(At(path), At($"/gone/{++_goneCount}"));
    }

    public void Node(string device, string fullName)
    {
        Write($"{device}/uevent", $"DRIVER=x\nOF_NAME=x\nOF_FULLNAME={fullName}\nOF_COMPATIBLE_N=0");
        Make(Tree + fullName);
        Link($"{device}/of_node", Tree + fullName);
    }

    /// <summary>A control device of a transport.</summary>
    public void Control(
        string transport,
        string name,
        int number,
        string service = "rpmsg_ctrl",
        string glue = "rpmsg/")
    {
        string device = $"{transport}/{name}.{service}.0.0";
        BusDevice(device, service, "0x0", "0x0");
        string entry = $"{device}/{glue}rpmsg_ctrl{number}";
        Write($"{entry}/dev", $"250:{number}");
        Write($"{entry}/uevent", $"MAJOR=250\nMINOR={number}\nDEVNAME=rpmsg_ctrl{number}");
        Link($"{entry}/device", device);
        Link($"/sys/class/rpmsg/rpmsg_ctrl{number}", entry);
        Write($"/dev/rpmsg_ctrl{number}", "");
    }

    /// <summary>A channel that a peer announced.</summary>
    public string Channel(string transport, string service, uint local, uint remote, string? driver = null)
    {
        string name = Path.GetFileName(transport);
        string device = $"{transport}/{name}.{service}.-1.{remote}";
        BusDevice(device, service, $"0x{local:x}", $"0x{remote:x}");
        if (driver is not null)
        {
            Link($"{device}/driver", $"/sys/bus/rpmsg/drivers/{driver}");
        }

        return device;
    }

    /// <summary>An endpoint device below a channel or a control device.</summary>
    public void Endpoint(string above, int number, string service, string local, string remote)
    {
        string entry = $"{above}/rpmsg{number}";
        Write($"{entry}/name", service);
        Write($"{entry}/src", local);
        Write($"{entry}/dst", remote);
        Write($"{entry}/uevent", $"MAJOR=251\nMINOR={number}\nDEVNAME=rpmsg{number}");
        Link($"/sys/class/rpmsg/rpmsg{number}", entry);
    }

    public void Tty(string channel, int number)
    {
        string entry = $"{channel}/tty/ttyRPMSG{number}";
        Write($"{entry}/uevent", $"MAJOR=240\nMINOR={number}\nDEVNAME=ttyRPMSG{number}");
        Link($"{entry}/device", channel);
        Link($"/sys/class/tty/ttyRPMSG{number}", entry);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);

    private void BusDevice(string device, string service, string source, string destination)
    {
        Write($"{device}/name", service);
        Write($"{device}/src", source);
        Write($"{device}/dst", destination);
        Write($"{device}/announce", "false");
        Write($"{device}/modalias", $"rpmsg:{service}");
        Link($"{device}/subsystem", "/sys/bus/rpmsg");
        Link($"/sys/bus/rpmsg/devices/{Path.GetFileName(device)}", device);
    }
}
