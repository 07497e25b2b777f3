//! Classes of packages that no table describes, by their names.

use super::packages::has_table;

/// What a class that no table describes is taken for, by a part of its module's name and the end of its own: packages follow Django's habits.
/// No part: in any module.
const CONVENTIONS: &[(&[&str], &str, &str)] = &[
    (&["serializers", "rest_framework", "drf"], "ModelSerializer", "rest_framework.serializers.ModelSerializer"),
    (&["serializers", "rest_framework", "drf"], "Serializer", "rest_framework.serializers.Serializer"),
    (&["forms"], "ModelForm", "django.forms.models.ModelForm"),
    // The admin takes no other forms for its pages.
    (&["forms", "admin"], "AdminForm", "django.forms.models.ModelForm"),
    (&["forms", "admin"], "Form", "django.forms.forms.Form"),
    (&["forms"], "ModelFormSet", "django.forms.models.BaseModelFormSet"),
    (&["forms"], "InlineFormSet", "django.forms.models.BaseInlineFormSet"),
    (&["forms"], "FormSet", "django.forms.formsets.BaseFormSet"),
    (&["admin", "admins"], "ModelAdmin", "django.contrib.admin.options.ModelAdmin"),
    (&["admin", "admins"], "TabularInline", "django.contrib.admin.options.TabularInline"),
    (&["admin", "admins"], "StackedInline", "django.contrib.admin.options.StackedInline"),
    (&[], "ReadOnlyModelViewSet", "rest_framework.viewsets.ReadOnlyModelViewSet"),
    (&[], "ModelViewSet", "rest_framework.viewsets.ModelViewSet"),
    (&[], "GenericViewSet", "rest_framework.viewsets.GenericViewSet"),
    (&[], "ViewSet", "rest_framework.viewsets.ViewSet"),
    (&[], "ListCreateAPIView", "rest_framework.generics.ListCreateAPIView"),
    (&[], "RetrieveUpdateDestroyAPIView", "rest_framework.generics.RetrieveUpdateDestroyAPIView"),
    (&[], "RetrieveUpdateAPIView", "rest_framework.generics.RetrieveUpdateAPIView"),
    (&[], "RetrieveDestroyAPIView", "rest_framework.generics.RetrieveDestroyAPIView"),
    (&[], "ListAPIView", "rest_framework.generics.ListAPIView"),
    (&[], "CreateAPIView", "rest_framework.generics.CreateAPIView"),
    (&[], "RetrieveAPIView", "rest_framework.generics.RetrieveAPIView"),
    (&[], "UpdateAPIView", "rest_framework.generics.UpdateAPIView"),
    (&[], "DestroyAPIView", "rest_framework.generics.DestroyAPIView"),
    (&[], "GenericAPIView", "rest_framework.generics.GenericAPIView"),
    (&[], "APIView", "rest_framework.views.APIView"),
    (&["views", "generic"], "TemplateView", "django.views.generic.base.TemplateView"),
    (&["views", "generic"], "RedirectView", "django.views.generic.base.RedirectView"),
    (&["views", "generic"], "ListView", "django.views.generic.list.ListView"),
    (&["views", "generic"], "DetailView", "django.views.generic.detail.DetailView"),
    (&["views", "generic"], "FormView", "django.views.generic.edit.FormView"),
    (&["views", "generic"], "CreateView", "django.views.generic.edit.CreateView"),
    (&["views", "generic"], "UpdateView", "django.views.generic.edit.UpdateView"),
    (&["views", "generic"], "DeleteView", "django.views.generic.edit.DeleteView"),
    (&["models"], "Model", "django.db.models.base.Model"),
    (&[], "AppConfig", "django.apps.config.AppConfig"),
    (&["base", "management"], "BaseCommand", "django.core.management.base.BaseCommand"),
];

/// Their models are not Django's.
const OTHER_MODELS: [&str; 10] =
    ["keras", "langchain", "openai", "peft", "pydantic", "sklearn", "sqlmodel", "tensorflow", "torchvision", "transformers"];

pub fn convention(name: &str) -> Option<&'static str> {
    let (module, class) = name.rsplit_once('.')?;
    let top = module.split('.').next().unwrap_or_default();
    if OTHER_MODELS.contains(&top) || has_table(top) {
        return None;
    }
    let fits =
        |parts: &[&str], ending: &str| class.ends_with(ending) && (parts.is_empty() || module.split('.').any(|part| parts.contains(&part)));
    CONVENTIONS.iter().find(|(parts, ending, _)| fits(parts, ending)).map(|(.., base)| *base)
}
