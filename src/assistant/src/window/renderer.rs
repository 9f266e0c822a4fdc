//! What paints the window: chosen before the window is made, for an event loop cannot be made twice.
//!
//! Over Remote Desktop and in virtual machines Windows has OpenGL 1.1 alone, which glow cannot use; there Direct3D 12
//! works, in Microsoft's own software (WARP) where there is no driver. On other systems glow is the only one.

use std::fmt;

use clap::ValueEnum;

use super::error::WindowError;
#[cfg(windows)]
use super::error::{DIRECT3D, OPENGL, TRY_AUTO, TRY_OPENGL};

/// What shall paint the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum RendererChoice {
    /// What works here
    #[default]
    Auto,
    /// Direct3D 12
    #[cfg(windows)]
    Wgpu,
    /// OpenGL
    Glow,
}

impl RendererChoice {
    /// What it can be called.
    pub fn names() -> Vec<String> {
        Self::value_variants().iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for RendererChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_possible_value() {
            Some(value) => f.write_str(value.get_name()),
            None => Ok(()),
        }
    }
}

/// Sets the window's options for what was chosen.
#[cfg(not(windows))]
pub(super) fn choose(_: RendererChoice, _: &mut eframe::NativeOptions) -> Result<(), WindowError> {
    Ok(())
}

/// Sets the window's options for what was chosen, after trying it out.
///
/// # Errors
///
/// With the reason, when Direct3D alone was asked for and does not work.
#[cfg(windows)]
pub(super) fn choose(choice: RendererChoice, options: &mut eframe::NativeOptions) -> Result<(), WindowError> {
    if choice == RendererChoice::Glow {
        return Ok(());
    }
    match direct3d::try_out() {
        Ok(setup) => {
            options.renderer = eframe::Renderer::Wgpu;
            options.wgpu_options.wgpu_setup = setup;
            Ok(())
        }
        Err(error) if choice == RendererChoice::Wgpu => {
            Err(WindowError::NotThisRenderer { wanted: DIRECT3D, reason: error, advice: TRY_AUTO })
        }
        Err(error) => {
            tracing::info!(error, "Direct3D 12 does not work here; OpenGL is tried");
            Ok(())
        }
    }
}

/// There is one renderer only.
#[cfg(not(windows))]
pub(super) fn blame(_: RendererChoice, _: eframe::Renderer, error: WindowError) -> WindowError {
    error
}

/// Says what failed, where one renderer alone was tried.
#[cfg(windows)]
pub(super) fn blame(choice: RendererChoice, taken: eframe::Renderer, error: WindowError) -> WindowError {
    match (choice, taken, error) {
        (_, eframe::Renderer::Wgpu, WindowError::NoRenderer(reason)) => {
            WindowError::NotThisRenderer { wanted: DIRECT3D, reason, advice: TRY_OPENGL }
        }
        (RendererChoice::Glow, _, WindowError::NoRenderer(reason)) => {
            WindowError::NotThisRenderer { wanted: OPENGL, reason, advice: TRY_AUTO }
        }
        (_, _, error) => error,
    }
}

#[cfg(windows)]
mod direct3d {
    use std::panic::catch_unwind;

    use eframe::egui_wgpu::{WgpuSetup, WgpuSetupCreateNew, WgpuSetupExisting};
    use eframe::wgpu::{Adapter, Backends, DeviceType, Dx12Compiler, Instance, InstanceDescriptor};

    use crate::window::error::{NO_ADAPTER, words_of};

    /// A driver's odd answer has the library panic.
    pub(super) fn try_out() -> Result<WgpuSetup, String> {
        catch_unwind(set_up).unwrap_or_else(|panic| Err(words_of(panic.as_ref())))
    }

    /// The best device that can be had: hardware before software, and one that works before one that is listed.
    fn set_up() -> Result<WgpuSetup, String> {
        let usual = WgpuSetupCreateNew::without_display_handle();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        runtime.block_on(async {
            // WGPU_BACKEND is for tests: a program that ships has nothing but Direct3D in it.
            let backends = Backends::from_env().unwrap_or(Backends::DX12);
            let mut descriptor =
                InstanceDescriptor { backends, ..InstanceDescriptor::new_without_display_handle() };
            // Windows has this one. The other is a library that would be taken from wherever a program left one.
            descriptor.backend_options.dx12.shader_compiler = Dx12Compiler::Fxc;
            let instance = Instance::new(descriptor);
            let mut adapters = instance.enumerate_adapters(backends).await;
            adapters.sort_by_key(rank);
            let mut reason = NO_ADAPTER.to_owned();
            for adapter in adapters {
                match adapter.request_device(&(usual.device_descriptor)(&adapter)).await {
                    Ok((device, queue)) => {
                        return Ok(WgpuSetup::Existing(WgpuSetupExisting {
                            instance,
                            adapter,
                            device,
                            queue,
                        }));
                    }
                    Err(error) => reason = error.to_string(),
                }
            }
            Err(reason)
        })
    }

    /// What saves a laptop's battery first; software last.
    fn rank(adapter: &Adapter) -> u8 {
        match adapter.get_info().device_type {
            DeviceType::IntegratedGpu => 0,
            DeviceType::DiscreteGpu => 1,
            DeviceType::VirtualGpu => 2,
            DeviceType::Other => 3,
            DeviceType::Cpu => 4,
        }
    }
}
