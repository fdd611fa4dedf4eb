(function(d){
d.addEventListener('submit',function(e){var b=e.target.querySelector('[data-busy]');if(b)setTimeout(function(){b.dataset.was=b.textContent;b.textContent=b.dataset.busy;b.disabled=true})});
addEventListener('pageshow',function(){d.querySelectorAll('[data-was]').forEach(function(b){b.textContent=b.dataset.was;b.disabled=false})});
d.addEventListener('click',function(e){var t=e.target,a=t.closest&&t.closest('a[data-large]');
if(a){e.preventDefault();d.cookie='lantai-large='+a.dataset.large+';path=/;samesite=lax;max-age='+(a.dataset.large>0?31536e3:0);location.reload()}
if('print' in t.dataset)print();
if(t.dataset.copy){getSelection().selectAllChildren(d.getElementById(t.dataset.copy));if(d.execCommand('copy'))t.textContent='已复制'}});
d.querySelectorAll('[data-copy],[data-print]').forEach(function(b){b.hidden=false})
})(document)