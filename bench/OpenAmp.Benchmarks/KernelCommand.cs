// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.UserModeLinux;

namespace OpenAmp.Benchmarks;

/// <summary>Round trips between /dev/rpmsgN in a real kernel and a remote: this library's against the least that one
/// would write in C. All remotes serve the same guest, in turns, so that what else the machine does meets each.
/// </summary>
internal static class KernelCommand
{
    private const uint RpmsgId = 7;
    private const uint EchoAddress = 0x400;
    private const int WarmUpCount = 500;

    // What two runs of the same program differ by on a machine that does other things too.
    private const double Tolerance = 1.05;

    private static readonly string[] Remotes = ["C, poll", "C#, adaptive", "C#, interrupts"];

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds")
        {
            DefaultValueFactory = _ => 21,
            Description = "Turns of each remote.",
        };
        var count = new Option<int>("--count")
        {
            DefaultValueFactory = _ => 2_000,
            Description = "Round trips in a turn.",
        };
        var size = new Option<int>("--bytes")
        {
            DefaultValueFactory = _ => 64,
            Description = "Payload, 1 to 496 bytes.",
        };
        var command = new Command("kernel",
            "Round trips between a real kernel's /dev/rpmsgN and remotes in C and in C#. Needs eng/linux-guest and cc.")
        {
            rounds,
            count,
            size,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(rounds), parsed.GetValue(count), parsed.GetValue(size), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, int count, int bytes, CancellationToken cancellationToken)
    {
        if (LinuxGuestImage.Find() is not { } image)
        {
            await Console.Error.WriteLineAsync("No guest kernel is built; eng/linux-guest builds one.")
                .ConfigureAwait(false);
            return 2;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("openamp-bench-");
        try
        {
            return await RunAsync(image, folder.FullName, rounds, count, bytes, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> RunAsync(
        LinuxGuestImage image, string folder, int rounds, int count, int bytes, CancellationToken cancellationToken)
    {
        Compile("roundtrip.c", folder);
        Compile("backend.c", folder);
        string[] sockets = [.. Remotes.Select((_, index) => Path.Combine(folder, $"{index}.sock"))];
        using Process inC = StartInC(Path.Combine(folder, "backend"), sockets[0]);
        try
        {
            await using VhostUserRpmsgListener adaptive = Listen(sockets[1], WaitMode.Adaptive);
            await using VhostUserRpmsgListener interrupts = Listen(sockets[2], WaitMode.InterruptOnly);
            await using LinuxGuest guest = await LinuxGuest.StartAsync(
                new LinuxGuestOptions
                {
                    Image = image,
                    Devices = [.. sockets.Select(static socket => new GuestDevice(socket, RpmsgId))],
                    Folders = new Dictionary<string, string> { ["bench"] = folder },
                    CommandTime = TimeSpan.FromMinutes(5),
                },
                cancellationToken).ConfigureAwait(false);
            await using RpmsgLink first = await adaptive.AcceptAsync(cancellationToken).ConfigureAwait(false);
            await using RpmsgLink second = await interrupts.AcceptAsync(cancellationToken).ConfigureAwait(false);
            double[][] medians = await MeasureAsync(guest, rounds, count, bytes, cancellationToken)
                .ConfigureAwait(false);
            if (inC.HasExited)
            {
                throw new InvalidOperationException("The back end in C has ended: what was measured is not it.");
            }

            int result = Report(medians, count, bytes);
            await guest.ShutdownAsync(cancellationToken).ConfigureAwait(false);
            return result;
        }
        finally
        {
            inC.Kill();
        }
    }

    private static async Task<double[][]> MeasureAsync(
        LinuxGuest guest, int rounds, int count, int bytes, CancellationToken cancellationToken)
    {
        double[][] medians = [.. Remotes.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < Remotes.Length; turn++)
            {
                // Each begins in its turn: nobody always follows the same.
                int remote = (round + turn) % Remotes.Length;
                string said = (await guest.RunAsync(string.Create(CultureInfo.InvariantCulture,
                    $"/mnt/bench/roundtrip {count} 0x{EchoAddress:x} {bytes} {WarmUpCount} virtio{remote}"),
                    cancellationToken).ConfigureAwait(false)).Required();
                Console.WriteLine($"{Remotes[remote],-16} {said}");
                medians[remote][round] = Word(said, "median") / 1e3;
            }
        }

        return medians;
    }

    private static int Report(double[][] medians, int count, int bytes)
    {
        Console.WriteLine();
        Console.WriteLine($"Round trips of {bytes} bytes, {medians[0].Length} turns of {count} each, in microseconds:");
        for (int remote = 0; remote < Remotes.Length; remote++)
        {
            Console.WriteLine($"{Remotes[remote],-16} median of medians {Middle(medians[remote]),7:0.0}, "
                + $"best turn {medians[remote].Min(),7:0.0}, worst turn {medians[remote].Max(),7:0.0}");
        }

        // Turns of one round follow each other at once: what slows the machine for longer meets both.
        double ratio = Middle([.. medians[1].Zip(medians[0], static (ours, theirs) => ours / theirs)]);
        Console.WriteLine($"C#, adaptive takes {ratio:0.00} of the time of C (median of the rounds' ratios).");
        return ratio <= Tolerance ? 0 : 1;
    }

    private static double Middle(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static double Word(string line, string name)
    {
        string[] words = line.Split(' ');
        return double.Parse(words[Array.IndexOf(words, name) + 1], CultureInfo.InvariantCulture);
    }

    private static VhostUserRpmsgListener Listen(string socket, WaitMode waitMode)
        => VhostUserRpmsgListener.Listen(new VhostUserRpmsgOptions
        {
            Server = new VhostUserServerOptions { SocketPath = socket },
            Link = new RpmsgLinkOptions { Name = waitMode.ToString(), WaitMode = waitMode },
            Prepare = static link => link.CreateEndpoint(new RpmsgEndpointOptions
            {
                LocalAddress = EchoAddress,
                InlineHandler = Echo,
            }),
        });

    private static void Echo(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
        => _ = endpoint.TrySendTo(message.Payload, message.Source);

    private static void Compile(string source, string folder)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "vhost-user-c", source);
        using Process compiler = Process.Start(
            "cc", ["-O2", "-Wall", "-o", Path.Combine(folder, Path.GetFileNameWithoutExtension(source)), path]);
        compiler.WaitForExit();
        if (compiler.ExitCode != 0)
        {
            throw new InvalidOperationException($"cc does not compile {path}; its messages are above.");
        }
    }

    private static Process StartInC(string program, string socket)
    {
        Process process = Process.Start(new ProcessStartInfo(program, [socket]) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadLine() == "listening"
            ? process
            : throw new InvalidOperationException($"{program} does not listen at {socket}; its messages are above.");
    }
}
